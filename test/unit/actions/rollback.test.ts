import { createHash, randomBytes } from 'node:crypto'
import t from 'tap'

import { prepareRollback, type RollbackOptions } from '../../../plugin/actions/rollback.ts'
import { openAws } from '../../../plugin/effects/aws/client.ts'
import { createRollbackPorts } from '../../../plugin/effects/rollback-ports.ts'
import { imageMetadata } from '../../../plugin/core/template/live-functions.ts'
import { type Digest, digestOf } from '../../../plugin/oci/digest.ts'
import type { RollbackPorts } from '../../../plugin/ports/rollback.ts'
import { openCalls } from '../../stand-in/assertions/aws-calls.ts'
import { startAws } from '../../stand-in/aws/index.ts'
import { makeZip } from '../../stand-in/inputs/zip.ts'
import { pushImage } from '../../stand-in/inputs/push-image.ts'

const standIn = await startAws({ lambdaRules: false })
t.teardown(() => standIn.close())
Object.assign(process.env, standIn.environment)
const aws = await openAws({ inventory: { inv: { aws: { region: 'us-west-2' } } } })
const calls = await openCalls(standIn.environment)

const repository = 'app-images'
const uri = `${standIn.registryHost}/${repository}`
const bucket = 'app-deployments'
const stackName = 'AppStaging'
await calls.ecr('CreateRepository', { repositoryName: repository })
const account = { Principal: { Service: 'lambda.amazonaws.com' }, Effect: 'Allow' }
await calls.ecr('SetRepositoryPolicy', {
  repositoryName: repository,
  policyText: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { ...account, Sid: 'pull', Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] },
    ],
  }),
})

/** An image with a content tag of ours. */
function push(name = 'lancedb', architecture = 'arm64'): Promise<Digest> {
  const tag = `${name}-${architecture}-${randomBytes(16).toString('hex')}`
  const goArchitecture = architecture === 'x86_64' ? 'amd64' : architecture
  return pushImage(standIn, { repository, tag, architecture: goArchitecture })
}

interface Live {
  readonly runs?: Digest
  readonly previous?: Digest
  readonly variables?: Readonly<Record<string, string>>
}

/** A template as Architect and the plugin make it. */
function template(functions: Readonly<Record<string, Live>>, more: object = {}) {
  const Resources = Object.fromEntries(
    Object.entries(functions).map(([name, { runs, previous, variables = {} }]) => [
      `${name}HTTPLambda`,
      {
        Type: 'AWS::Serverless::Function',
        Properties: {
          CodeUri: `s3://${bucket}/${name}.zip`,
          Environment: { Variables: variables },
          ...(runs === undefined
            ? { Runtime: 'nodejs24.x', Handler: 'index.handler' }
            : { PackageType: 'Image', ImageUri: `${uri}@${runs}` }),
          Architectures: ['arm64'],
        },
        ArcMetadata: { pragma: 'http', name: `get /${name.toLowerCase()}` },
        ...(runs !== undefined && { Metadata: imageMetadata(previous) }),
      },
    ]),
  )
  return { Transform: 'AWS::Serverless-2016-10-31', Resources, ...more }
}

const capabilities = {
  'Capabilities.member.1': 'CAPABILITY_IAM',
  'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
}

/** As `arc deploy` does it: the template goes to the bucket, under the hash of its text. */
async function deploy(body: object, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const text = JSON.stringify(body)
  const key = `${createHash('sha256').update(text).digest('hex')}-template.json`
  await calls.s3('PUT', `/${bucket}/${key}`, Buffer.from(text))
  await calls.cloudformation(standIn.stack(stackName) ? 'UpdateStack' : 'CreateStack', {
    StackName: stackName,
    TemplateURL: `https://${bucket}.s3.us-west-2.amazonaws.com/${key}`,
    ...capabilities,
    ...more,
  })
  await rest()
}

async function rest(): Promise<void> {
  while (standIn.stack(stackName)?.status.endsWith('_IN_PROGRESS'))
    await calls.cloudformation('DescribeStacks', { StackName: stackName })
}

function open(change: Partial<RollbackPorts> = {}) {
  const said: string[] = []
  const say = (message: string): void => void said.push(message)
  const ports = createRollbackPorts({ aws, stackName, environment: process.env, say, pause: 0 })
  return { ports: { ...ports, ...change }, said }
}

async function prepare(
  options: Partial<RollbackOptions> = {},
  change: Partial<RollbackPorts> = {},
) {
  const { ports, said } = open(change)
  return { ...(await prepareRollback({ stackName, ...options }, ports)), said }
}

function deployedText(): string {
  return standIn.stack(stackName)?.deployment.template ?? ''
}

function imageOf(name: string): unknown {
  return JSON.parse(deployedText()).Resources[`${name}HTTPLambda`].Properties.ImageUri
}

t.beforeEach(async () => {
  standIn.heal()
  standIn.state.stacks.splice(0)
  standIn.state.buckets[bucket] = { created: 0, region: 'us-west-2', objects: {} }
  const zip = makeZip([{ path: 'index.mjs', text: 'export const handler = () => {}' }])
  await calls.s3('PUT', `/${bucket}/Zip.zip`, zip)
})

t.test('each function goes to what it ran before; zips and new ones stay', async (t) => {
  const [old, newer, fresh] = [await push(), await push(), await push()]
  await deploy(template({ A: { runs: newer, previous: old }, B: { runs: fresh }, Zip: {} }))
  const { proposed, run, said } = await prepare()
  t.match(proposed.moves, [{ name: 'get /a', image: 'lancedb', from: newer, to: old }])
  t.equal(proposed.moves.length, 1)
  t.match(proposed.stays, [
    { name: 'get /b', why: /no image to go back to/ },
    { name: 'get /zip', why: /a zip/ },
  ])
  t.strictSame(proposed.notes, [])
  t.equal(imageOf('A'), `${uri}@${newer}`, 'nothing was changed yet')
  await run()
  t.equal(imageOf('A'), `${uri}@${old}`)
  t.match(said.join('\n'), /get \/a UPDATE_COMPLETE/)
  t.notMatch(said.join('\n'), /CREATE_/, 'events of before are not told')
  const tags = await standIn.registry.tags(repository)
  for (const digest of [old, newer])
    t.ok(
      [...tags].some(
        ([tag, tagged]) => tag.startsWith('live-AppStaging_lancedb_') && tagged === digest,
      ),
    )
})

t.test(
  'everything else stays: parameters, tags, capabilities, and no upload is left',
  async (t) => {
    const [old, newer] = [await push(), await push()]
    // Long: CloudFormation takes it by TemplateURL only.
    const variables = { LONG: 'x'.repeat(3000) }
    const others = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`O${index}`, { runs: newer, variables }]),
    )
    const body = template(
      { ...others, A: { runs: newer, previous: old } },
      { Parameters: { Key: { Type: 'String', Default: 'none', NoEcho: true } } },
    )
    await deploy(body, {
      'Parameters.member.1.ParameterKey': 'Key',
      'Parameters.member.1.ParameterValue': 's3cret',
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'search',
    })
    const before = Object.keys(standIn.state.buckets[bucket]?.objects ?? {})
    const { run } = await prepare()
    await run()
    t.equal(imageOf('A'), `${uri}@${old}`)
    t.match(standIn.stack(stackName), {
      parameters: { Key: 's3cret' },
      tags: { team: 'search' },
      capabilities: ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'],
    })
    t.strictSame(Object.keys(standIn.state.buckets[bucket]?.objects ?? {}), before)
    const [update] = standIn.journal.filter(({ action }) => action === 'UpdateStack').slice(-1)
    t.match(update?.parameters, {
      TemplateURL: /^https:\/\/s3\.us-west-2\.amazonaws\.com\/app-dep/,
    })
    t.notOk('RoleARN' in Object(update?.parameters))

    standIn.refuse({ service: 'cloudformation', action: 'UpdateStack', fault: 'AccessDenied' })
    await t.rejects((await prepare()).run(), { code: 'AWS_DENIED' })
    t.strictSame(Object.keys(standIn.state.buckets[bucket]?.objects ?? {}), before, 'refused')
  },
)

t.test(
  'characters outside ASCII come back as they were deployed, or nothing is done',
  async (t) => {
    const [old, newer] = [await push(), await push()]
    const variables = { GREETING: 'Grüß dich — 你好 👋', AT: 'cron(0 12 * * ? *)' }
    const functions = { A: { runs: newer, previous: old, variables } }
    await deploy(template(functions))
    await (await prepare()).run()
    const { Variables } = JSON.parse(deployedText()).Resources.AHTTPLambda.Properties.Environment
    t.strictSame(Variables, variables)
    t.match(deployedText(), /Gr\\u00fc/, 'sent so that CloudFormation gives it out again')
    for (const key of Object.keys(standIn.state.buckets[bucket]?.objects ?? {}))
      delete standIn.state.buckets[bucket]?.objects[key]
    await (await prepare()).run()
    t.equal(imageOf('A'), `${uri}@${newer}`, 'so that a second one needs no bucket')

    await deploy(template(functions))
    for (const key of Object.keys(standIn.state.buckets[bucket]?.objects ?? {}))
      delete standIn.state.buckets[bucket]?.objects[key]
    const asked = standIn.journal.length
    await t.rejects(prepare(), {
      code: 'TEMPLATE_UNCERTAIN',
      message: /Resources\.AHTTPLambda\.Properties\.Environment\.Variables\.GREETING: 'Gr\?\? dich/,
    })
    t.notMatch(standIn.journal.slice(asked), [{ action: 'UpdateStack' }])

    const plain = { WHAT: 'really?' }
    await deploy(template({ A: { runs: newer, previous: old, variables: plain } }))
    t.ok(
      await prepare(),
      'a question mark that was deployed as one is proven by the text in the bucket',
    )
  },
)

t.test('a template that is too long for a URL, and not for a request', async (t) => {
  const [old, newer] = [await push(), await push()]
  const variables = { LONG: 'x'.repeat(3000) }
  const others = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`O${index}`, { runs: newer, variables }]),
  )
  await deploy(template({ ...others, A: { runs: newer, previous: old } }))
  await (await prepare()).run()
  t.equal(imageOf('A'), `${uri}@${old}`)
  const [update] = standIn.journal.filter(({ action }) => action === 'UpdateStack').slice(-1)
  t.notOk('TemplateURL' in Object(update?.parameters))
})

t.test('some functions, and any image of theirs', async (t) => {
  const [old, newer, oldest] = [await push(), await push(), await push()]
  const functions = {
    A: { runs: newer, previous: old },
    B: { runs: newer, previous: old },
    Zip: {},
  }
  await deploy(template(functions))
  const one = await prepare({ functions: ['get /b'] })
  t.match(one.proposed.moves, [{ name: 'get /b' }])
  t.equal(one.proposed.moves.length, 1)
  const to = await prepare({ to: oldest.slice(7, 19) })
  t.match(to.proposed.moves, [{ to: oldest }, { to: oldest }])
  await to.run()
  const { Resources } = JSON.parse(deployedText())
  t.strictSame(Resources.BHTTPLambda.Metadata, imageMetadata(newer))
  await t.rejects(prepare({ to: oldest }), /runs this image already/)
  await t.rejects(prepare({ to: 'abcdef0123' }), { code: 'ROLLBACK_REFUSED', message: /No image/ })
  await t.rejects(prepare({ to: 'latest' }), { code: 'COMMAND_INVALID' })
  await t.rejects(prepare({ functions: ['get /zip'] }), /get \/zip: a zip/)
  await t.rejects(prepare({ functions: ['get /c'] }), { code: 'COMMAND_INVALID' })
})

t.test('what cannot run is refused before anything is changed', async (t) => {
  const [newer, other, intel] = [
    await push(),
    await push('duckdb'),
    await push('lancedb', 'x86_64'),
  ]
  const gone = digestOf('an image that was there')
  const archived = await push()
  const cases = [
    [other, /image 'duckdb', and runs image 'lancedb' now/],
    [intel, /runs on arm64, and sha256:[0-9a-f]{64} is for x86_64/],
    [gone, /is not in \S+app-images any more/],
    [
      archived,
      /archived, so Lambda cannot pull it. Bring it back: aws ecr .*--repository-name app-images /,
    ],
  ] as const
  await calls.ecr('UpdateImageStorageClass', {
    repositoryName: repository,
    imageId: { imageDigest: archived },
    targetStorageClass: 'ARCHIVE',
  })
  for (const [previous, message] of cases) {
    standIn.state.stacks.splice(0)
    const ok = await push()
    await deploy(template({ A: { runs: newer, previous }, B: { runs: newer, previous: ok } }))
    const before = deployedText()
    await t.rejects(prepare(), { code: 'ROLLBACK_REFUSED', message })
    t.equal(deployedText(), before)
    t.ok(await prepare({ functions: ['get /b'] }), 'the other one can')
  }
})

t.test('a function that has got SnapStart since needs the label in its older image', async (t) => {
  const [old, newer] = [await push(), await push()]
  const body = template({ A: { runs: newer, previous: old } })
  const Globals = { Function: { SnapStart: { ApplyOn: 'PublishedVersions' } } }
  await deploy({ ...body, Globals })
  await t.rejects(prepare(), { code: 'ROLLBACK_REFUSED', message: /get \/a: has SnapStart, and/ })
  await deploy({ ...body, Globals: { Function: { SnapStart: { ApplyOn: 'None' } } } })
  t.ok(await prepare())
})

t.test('a stack that no update can change', async (t) => {
  await t.rejects(prepare(), { code: 'ROLLBACK_REFUSED', message: /There is no stack AppStaging/ })
  const [old, newer] = [await push(), await push()]
  await deploy(template({ A: { runs: newer, previous: old } }))
  const stack = standIn.stack(stackName)
  for (const status of [
    'UPDATE_IN_PROGRESS',
    'UPDATE_ROLLBACK_FAILED',
    'UPDATE_FAILED',
    'DELETE_FAILED',
  ]) {
    Object.assign(stack ?? {}, { status })
    await t.rejects(prepare(), { code: 'STACK_NOT_UPDATABLE', message: status })
  }
})

t.test('who deploys between question and answer is not undone', async (t) => {
  const [old, newer, newest] = [await push(), await push(), await push()]
  await deploy(template({ A: { runs: newer, previous: old } }))
  const { run } = await prepare()
  await new Promise((resolve) => setTimeout(resolve, 5))
  await deploy(template({ A: { runs: newest, previous: newer } }))
  await t.rejects(run(), { code: 'STACK_BUSY', message: /changed by somebody else/ })
  t.equal(imageOf('A'), `${uri}@${newest}`)
})

t.test('an image that goes between question and answer', async (t) => {
  const [old, newer] = [await push(), await push()]
  await deploy(template({ A: { runs: newer, previous: old } }))
  const { run } = await prepare({}, { hold: async ({ digest }) => digest !== old })
  await t.rejects(run(), { code: 'ROLLBACK_REFUSED', message: /has gone meanwhile/ })
  t.equal(imageOf('A'), `${uri}@${newer}`)
})

t.test('CloudFormation cannot, and goes back to what ran', async (t) => {
  const [old, newer] = [await push(), await push()]
  await deploy(template({ A: { runs: newer, previous: old } }))
  const { run } = await prepare()
  // Lambda may not pull any longer.
  const settings = standIn.state.repositories[repository]
  const policy = settings?.policy
  Object.assign(settings ?? {}, { policy: undefined })
  t.teardown(() => void Object.assign(settings ?? {}, { policy }))
  await t.rejects(run(), {
    code: 'ROLLBACK_FAILED',
    message:
      /is UPDATE_ROLLBACK_COMPLETE\.\n✗ get \/a \(AHTTPLambda[^]*Lambda does not have permission to access the ECR image[^]*Its functions run what they ran before\./,
  })
  t.equal(imageOf('A'), `${uri}@${newer}`)
})

t.test('a function that was changed past CloudFormation is named', async (t) => {
  const [old, newer, synced] = [await push(), await push(), await push()]
  await deploy(template({ A: { runs: newer, previous: old } }))
  const deployment = standIn.stack(stackName)?.deployment.functions['AHTTPLambda']
  Object.assign(deployment ?? {}, { resolvedImageUri: `${uri}@${synced}` })
  const { proposed, run } = await prepare()
  t.match(proposed.notes, [new RegExp(`Lambda runs ${synced} for 'get /a', and .* says ${newer}`)])
  await run()
  t.strictSame(JSON.parse(deployedText()).Resources.AHTTPLambda.Metadata, imageMetadata(newer))
})
