import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'

import { type AwsStandIn, startAws } from '../stand-in/aws/index.ts'
import { pushBaseImage } from '../stand-in/inputs/base-image.ts'
import { startRegistry } from '../stand-in/registry/index.ts'
import { deployExample } from './toolchain/deploy-example.ts'
import { lint, skipWithoutJudges, startMoto, translateSam } from './toolchain/judges.ts'

t.setTimeout(600_000)

interface Resource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
}

function uploaded(aws: AwsStandIn): { Resources: Record<string, Resource> } {
  return JSON.parse(aws.stack('AgentMemoryStaging')?.deployment?.template ?? '{}')
}

/** Architect writes policies without a version, which AWS takes as the oldest and moto refuses. */
function withPolicyVersion(_key: string, value: unknown): unknown {
  const isPolicy = typeof value === 'object' && value !== null && 'Statement' in value
  return isPolicy ? { Version: '2012-10-17', ...value } : value
}

t.test('the uploaded template', { skip: await skipWithoutJudges() }, async (t) => {
  await using resources = new AsyncDisposableStack()
  const cache = await mkdtemp(join(tmpdir(), 'template-judges-'))
  resources.defer(() => rm(cache, { recursive: true, force: true }))
  const bases = await startRegistry()
  resources.defer(() => bases.close())
  await pushBaseImage({ registry: bases })

  const aws = await startAws({ baseRegistry: bases })
  resources.defer(() => aws.close())
  const flagged = await deployExample(aws, { cache })
  if (flagged.exitCode !== 0) t.comment(flagged.output)
  t.equal(flagged.exitCode, 0, 'arc deploy')
  const rewritten = await translateSam(uploaded(aws))

  const plain = await startAws()
  resources.defer(() => plain.close())
  const unflagged = await deployExample(plain, {
    edit: (manifest) => manifest.slice(0, manifest.indexOf('@container-images')),
  })
  if (unflagged.exitCode !== 0) t.comment(unflagged.output)
  t.equal(unflagged.exitCode, 0, 'arc deploy without the pragma')

  await t.test('is what the Serverless transform makes image functions of', (t) => {
    const { Resources: all }: { Resources: Record<string, Resource> } = Object(rewritten)
    const functions = Object.entries(uploaded(aws).Resources).filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::Serverless::Function' && Properties['PackageType'] === 'Image',
    )
    t.equal(functions.length, 2)
    for (const [logicalId, { Properties: written }] of functions) {
      t.equal(all[logicalId]?.Type, 'AWS::Lambda::Function')
      const made = all[logicalId]?.Properties ?? {}
      t.match(made, {
        PackageType: 'Image',
        Code: { ImageUri: /^[^/]+\/agent-memory-lambda-images@sha256:[0-9a-f]{64}$/ },
        Architectures: ['arm64'],
        ImageConfig: {
          EntryPoint: ['/lambda-entrypoint.sh'],
          Command: [/^[^.]+\/index\.handler$/],
          WorkingDirectory: '/var/task',
        },
      })
      t.strictSame(made['ImageConfig'], written['ImageConfig'])
      for (const key of ['Handler', 'Runtime', 'Layers']) t.notOk(key in made, `no ${key}`)
    }
    t.end()
  })

  await t.test('has nothing to complain of that the app without images has not', async (t) => {
    const before = await lint(await translateSam(uploaded(plain)))
    const known = new Set(before.map(({ rule, path }) => `${rule} ${path}`))
    const found = await lint(rewritten)
    t.strictSame(
      found.filter(({ rule, path }) => !known.has(`${rule} ${path}`)),
      [],
    )
  })

  await t.test('becomes a stack in moto, with functions that name the image', async (t) => {
    const moto = await startMoto({ environment: { VALIDATE_LAMBDA_S3: 'false' } })
    resources.defer(() => moto.close())
    await moto.ask('cloudformation', {
      body: new URLSearchParams({
        Action: 'CreateStack',
        Version: '2010-05-15',
        StackName: 'AgentMemoryStaging',
        TemplateBody: JSON.stringify(rewritten, withPolicyVersion),
        'Capabilities.member.1': 'CAPABILITY_IAM',
      }),
    })
    // Its CloudFormation hands no more than Code and Role of such a function on to its Lambda.
    const functions = '/2015-03-31/functions'
    const list: { Functions: { FunctionName: string }[] } = JSON.parse(
      await moto.ask('lambda', { path: functions }),
    )
    const made = await Promise.all(
      list.Functions.map(async ({ FunctionName: name }) => {
        const answer = await moto.ask('lambda', { path: `${functions}/${name}` })
        const { Code: code }: { Code: { ImageUri?: string } } = JSON.parse(answer)
        return code.ImageUri
      }),
    )
    const image = made.find((uri) => uri !== undefined)
    t.match(image, /\/agent-memory-lambda-images@sha256:[0-9a-f]{64}$/)
    t.strictSame(made.toSorted(), [image, image, undefined])
  })
})
