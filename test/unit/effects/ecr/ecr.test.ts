import { Readable } from 'node:stream'
import t, { type Test } from 'tap'

import { type Aws, openAws } from '../../../../plugin/effects/aws/client.ts'
import { findEcrRepository, openEcrRepository } from '../../../../plugin/effects/ecr/ecr.ts'
import { parseHostMap } from '../../../../plugin/effects/registry/host-map.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import type { Repository } from '../../../../plugin/ports/repository.ts'
import { type AwsOptions, startAws } from '../../../stand-in/aws/index.ts'

const inventory = { inv: { aws: { region: 'us-west-2' } } }

async function start(t: Test, options: AwsOptions = {}) {
  const standIn = await startAws({ lambdaRules: false, ...options })
  t.teardown(() => standIn.close())
  Object.assign(process.env, standIn.environment)
  const aws = await openAws({ inventory })
  const hostMap = parseHostMap(standIn.environment['ARC_CONTAINER_IMAGES_REGISTRIES'] ?? '')
  return { standIn, aws, hostMap }
}

const settings = { images: ['lancedb'], keep: 10, tags: { app: 'a' } }

/** What a deploy says while it opens the repository. */
function openOptions(aws: Aws, name: string, hostMap: ReadonlyMap<string, string>) {
  const said: string[] = []
  const say = (message: string): void => void said.push(message)
  const shared = { aws, name, hostMap, settings, say, tagFirst: async () => {} }
  return { ...shared, said, stackName: 'AppStaging', managed: 'here' as const }
}

async function putBlob(repository: Repository, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  const mediaType = 'application/octet-stream'
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length }
  await repository.putBlob(descriptor, () => Readable.from([bytes]))
}

t.test('a repository that is missing is made, with its settings', async (t) => {
  const { standIn, aws, hostMap } = await start(t)
  t.equal(await findEcrRepository({ aws, name: 'app-images', hostMap }), undefined)
  t.strictSame(standIn.state.repositories, {}, 'looking makes nothing')
  const first = openOptions(aws, 'app-images', hostMap)
  const repository = await openEcrRepository(first)
  t.strictSame(first.said, [
    'Repository app-images: making it, with immutable tags and scan on push',
    'Repository app-images: let Lambda pull images',
    'Repository app-images: keep what is live, the newest 10 dependency layers and the newest 10 of all images',
  ])
  t.equal(repository.uri, '123456789012.dkr.ecr.us-west-2.amazonaws.com/app-images')
  t.match(standIn.state.repositories['app-images'], {
    mutability: 'IMMUTABLE',
    scanOnPush: true,
    tags: { app: 'a' },
  })
  await putBlob(repository, 'hello')
  t.ok(await repository.hasBlob(digestOf('hello')))

  const again = await openEcrRepository(openOptions(aws, 'app-images', hostMap))
  t.ok(await again.hasBlob(digestOf('hello')))
  const made = standIn.journal.filter(({ action }) => action === 'CreateRepository')
  t.equal(made.length, 1)
  const found = await findEcrRepository({ aws, name: 'app-images', hostMap })
  t.ok(await found?.hasBlob(digestOf('hello')))
})

t.test('two deploys make it at the same time', async (t) => {
  const { standIn, aws, hostMap } = await start(t)
  const both = await Promise.all([
    openEcrRepository(openOptions(aws, 'race', hostMap)),
    openEcrRepository(openOptions(aws, 'race', hostMap)),
  ])
  t.strictSame(new Set(both.map(({ uri }) => uri)).size, 1)
  t.match(
    standIn.journal.filter(({ action }) => action === 'CreateRepository'),
    [{ status: 200 }, { status: 400, error: 'RepositoryAlreadyExistsException' }],
  )
})

t.test('who may not make it is told the action', async (t) => {
  const { standIn, aws, hostMap } = await start(t)
  standIn.refuse({ service: 'ecr', action: 'CreateRepository', fault: 'AccessDenied' })
  await t.rejects(openEcrRepository(openOptions(aws, 'app-images', hostMap)), {
    code: 'AWS_DENIED',
    message: /^ecr:CreateRepository on repository 'app-images': AccessDeniedException/,
  })
  standIn.refuse({ service: 'ecr', action: 'GetAuthorizationToken', fault: 'AccessDenied' })
  await t.rejects(openEcrRepository(openOptions(aws, 'app-images', hostMap)), {
    code: 'AWS_DENIED',
  })
})

for (const expiredTokens of ['unauthorized', 'denied'] as const) {
  t.test(`a token that ends in the middle of a push (${expiredTokens})`, async (t) => {
    const { standIn, aws, hostMap } = await start(t, { expiredTokens })
    const repository = await openEcrRepository(openOptions(aws, 'app-images', hostMap))
    await putBlob(repository, 'before')
    standIn.expireTokens()
    await Promise.all(['a1', 'b2', 'c3', 'd4'].map((text) => putBlob(repository, text)))
    t.ok(await repository.hasBlob(digestOf('d4')))
    const tokens = standIn.journal.filter(({ action }) => action === 'GetAuthorizationToken')
    t.equal(tokens.length, 2, 'one at the start and one for all uploads together')
  })
}

const wanted = JSON.parse(
  '{"mutability":"IMMUTABLE","scanOnPush":true,"tags":{"app":"a","owner":"me"}}',
)
const ours = /arc-plugin-container-images: never fires.*keeps the newest of all images/

t.test(
  'a repository that was made by hand, with KMS, gets what it lacks and keeps the rest',
  async (t) => {
    const { standIn, aws, hostMap } = await start(t)
    const named = { repositoryName: 'by-hand' }
    const encryptionConfiguration = { encryptionType: 'KMS', kmsKey: 'arn:aws:kms:key' }
    const tags = [{ Key: 'owner', Value: 'me' }]
    const foreignStatement = {
      Sid: 'Other',
      Effect: 'Allow',
      Principal: '*',
      Action: 'ecr:ListImages',
    }
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [foreignStatement] })
    const selection = { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5 }
    const rule = { rulePriority: 3, selection, action: { type: 'expire' }, description: 'theirs' }
    await aws.ecr('CreateRepository', { ...named, tags, encryptionConfiguration }, '')
    await aws.ecr('SetRepositoryPolicy', { ...named, policyText }, '')
    const lifecyclePolicyText = JSON.stringify({ rules: [rule] })
    await aws.ecr('PutLifecyclePolicy', { ...named, lifecyclePolicyText }, '')

    const options = openOptions(aws, 'by-hand', hostMap)
    await openEcrRepository(options)
    const made = standIn.state.repositories['by-hand']
    t.match(made, { ...wanted, scanOnPush: false, encryption: encryptionConfiguration })
    t.match(JSON.parse(made?.policy ?? ''), {
      Statement: [foreignStatement, { Principal: { Service: 'lambda.amazonaws.com' } }],
    })
    t.match(made?.lifecycle, ours)
    t.match(JSON.parse(made?.lifecycle ?? '').rules, [{ rulePriority: 1 }, rule])
    t.equal(options.said.length, 4, 'scan on push is the registry’s to say now')

    const asked = standIn.journal.length
    const again = openOptions(aws, 'by-hand', hostMap)
    await openEcrRepository(again)
    t.strictSame(again.said, [])
    t.strictSame(
      standIn.journal
        .slice(asked)
        .map(({ action }) => action)
        .toSorted(),
      [
        'DescribeRepositories',
        'GetAuthorizationToken',
        'GetLifecyclePolicy',
        'GetRepositoryPolicy',
        'ListTagsForResource',
      ],
    )
  },
)

t.test('everything that is denied is named at once, and the way out', async (t) => {
  const { standIn, aws, hostMap } = await start(t)
  await aws.ecr('CreateRepository', { repositoryName: 'theirs' }, '')
  const writes = ['PutImageTagMutability', 'SetRepositoryPolicy', 'PutLifecyclePolicy']
  for (const action of writes) standIn.refuse({ service: 'ecr', action, fault: 'AccessDenied' })
  await t.rejects(openEcrRepository(openOptions(aws, 'theirs', hostMap)), {
    code: 'AWS_DENIED',
    message:
      /- ecr:PutImageTagMutability [^]*- ecr:SetRepositoryPolicy [^]*- ecr:PutLifecyclePolicy [^]*'managed elsewhere'/,
  })
  t.match(standIn.state.repositories['theirs'], { tags: { app: 'a' } }, 'what may be done is done')
  const reads = ['GetRepositoryPolicy', 'GetLifecyclePolicy', 'ListTagsForResource']
  for (const action of reads) standIn.refuse({ service: 'ecr', action, fault: 'AccessDenied' })
  await t.rejects(openEcrRepository(openOptions(aws, 'theirs', hostMap)), {
    message:
      /- ecr:GetRepositoryPolicy [^]*- ecr:GetLifecyclePolicy [^]*- ecr:ListTagsForResource /,
  })
})

t.test('managed elsewhere: checked, never touched', async (t) => {
  const { standIn, aws, hostMap } = await start(t)
  const options = { ...openOptions(aws, 'theirs', hostMap), managed: 'elsewhere' as const }
  await t.rejects(openEcrRepository(options), {
    code: 'REPOSITORY_UNFIT',
    message: /It is not there/,
  })
  await aws.ecr('CreateRepository', { repositoryName: 'theirs' }, '')
  const before = structuredClone(standIn.state.repositories['theirs'])
  await t.rejects(openEcrRepository(options), {
    code: 'REPOSITORY_UNFIT',
    message: /'theirs' is managed elsewhere[^]*- Its tags are MUTABLE[^]*- Its policy does not let/,
  })
  t.strictSame(standIn.state.repositories['theirs'], before)
  await openEcrRepository(openOptions(aws, 'theirs', hostMap))
  const fit = structuredClone(standIn.state.repositories['theirs'])
  t.ok(await openEcrRepository({ ...options, settings: { ...settings, keep: 3 } }))
  t.strictSame(standIn.state.repositories['theirs'], fit, 'how many to keep is theirs to say')
})

t.test('a tag of the repository says that it is managed elsewhere, too', async (t) => {
  const { standIn, aws, hostMap } = await start(t)
  const tags = [{ Key: 'container-images:managed', Value: 'elsewhere' }]
  await aws.ecr('CreateRepository', { repositoryName: 'theirs', tags }, '')
  await t.rejects(openEcrRepository(openOptions(aws, 'theirs', hostMap)), {
    code: 'REPOSITORY_UNFIT',
  })
  t.notOk(standIn.journal.some(({ action }) => /^(?:Put|Set|Tag)/.test(action)))
})

t.test('a rule of others for any images stops the deploy, and nothing is changed', async (t) => {
  const { standIn, aws, hostMap } = await start(t)
  const named = { repositoryName: 'clash' }
  const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 }
  const rule = { rulePriority: 1, selection, action: { type: 'expire' }, description: 'theirs' }
  await aws.ecr('CreateRepository', named, '')
  const lifecyclePolicyText = JSON.stringify({ rules: [rule] })
  await aws.ecr('PutLifecyclePolicy', { ...named, lifecyclePolicyText }, '')
  const before = structuredClone(standIn.state.repositories['clash'])
  await t.rejects(openEcrRepository(openOptions(aws, 'clash', hostMap)), {
    code: 'RETENTION_RULE_CLASH',
    message: /theirs: .*"any"[^]*ours: .*"any"/,
  })
  t.strictSame(standIn.state.repositories['clash'], before)
})

for (const action of [
  'DescribeRepositories',
  'GetRepositoryPolicy',
  'GetLifecyclePolicy',
  'ListTagsForResource',
  'PutImageTagMutability',
  'TagResource',
  'SetRepositoryPolicy',
  'PutLifecyclePolicy',
]) {
  t.test(`without the permission for ${action} it is named`, async (t) => {
    const { standIn, aws, hostMap } = await start(t)
    await aws.ecr('CreateRepository', { repositoryName: 'bare' }, '')
    standIn.refuse({ service: 'ecr', action, fault: 'AccessDenied' })
    await t.rejects(openEcrRepository(openOptions(aws, 'bare', hostMap)), {
      code: 'AWS_DENIED',
      message: new RegExp(`Allow ecr:${action} on repository 'bare' for the deploying role`),
    })
  })
}
