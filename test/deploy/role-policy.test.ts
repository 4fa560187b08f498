import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'
import { parse } from 'yaml'

import { isRecord } from '../../plugin/core/basics/is-record.ts'
import { runArc } from '../stand-in/harness/arc.ts'
import { copyApp } from '../stand-in/inputs/app-copy.ts'
import { startAws } from '../stand-in/aws/index.ts'
import type { ObjectRecord } from '../stand-in/aws/state.ts'
import { openCalls } from '../stand-in/assertions/aws-calls.ts'
import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'
import { isAllowed, statementsOf, type Wish } from '../stand-in/aws/iam/policy.ts'
import { transformed, wishesOfType } from '../stand-in/aws/iam/resource-types.ts'
import { resolveTemplate } from '../stand-in/aws/iam/resolve-template.ts'
import { wishesOf } from '../stand-in/aws/iam/wishes.ts'
import { putTag } from '../stand-in/inputs/push-image.ts'
import { plainNode } from '../stand-in/harness/plain-node.ts'

const root = join(import.meta.dirname, '../..')
const template: unknown = parse(await readFile(join(root, 'docs/aws/deploy-role.yaml'), 'utf8'))
const page = await readFile(join(root, 'docs/aws-setup.md'), 'utf8')

function policyOf(given: Readonly<Record<string, string>>) {
  return statementsOf(resolveTemplate(template, given))
}

const gitHub = { GitHubOwner: 'ada', GitHubRepository: 'memory' }
const greeter = {
  ...gitHub,
  App: 'greeter',
  StackPrefix: 'Greeter',
  BucketPrefix: 'greeterstagingpr',
  ImageRepository: 'greeter-lambda-images-preview',
  Environment: 'preview',
}
const memory = {
  ...gitHub,
  App: 'agent-memory',
  StackPrefix: 'AgentMemory',
  BucketPrefix: 'agentmemorystagingpr',
  ImageRepository: 'agent-memory-lambda-images',
  Environment: 'preview',
}

/** CreateStack with a transform, and what Lambda asks of the repository for its caller. */
const companions: readonly Wish[] = [
  {
    action: 'cloudformation:CreateChangeSet',
    resource: 'arn:aws:cloudformation:us-west-2:aws:transform/Serverless-2016-10-31',
  },
  {
    action: 'ecr:TagResource',
    resource: 'arn:aws:ecr:us-west-2:123456789012:repository/greeter-lambda-images-preview',
  },
  ...['kms:Decrypt', 'kms:Encrypt'].map((action) => ({
    action,
    resource: 'arn:aws:kms:us-west-2:123456789012:key/0f',
    context: { 'kms:ViaService': 'ssm.us-west-2.amazonaws.com' },
  })),
]

/** Calls of a preview's whole life, by the programs that the workflows run. */
async function previewsLife(): Promise<readonly Wish[]> {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const args = ['deploy', '--no-hydrate', '--name', 'PR5']
  const report = { ARC_CONTAINER_IMAGES_REPORT: join(app.cache, 'report.json') }
  const calls = await openCalls(app.environment)
  const images = async (...words: string[]) => {
    const run = await execa(...plainNode(join(root, 'plugin/cli.ts'), ...words), {
      cwd: app.directory,
      env: { ...app.environment, ...report, CI: 'true' },
      reject: false,
      all: true,
    })
    if (run.exitCode !== 0) throw new Error(`${words.join(' ')}: ${run.all}`)
  }
  const base = await app.deploy()
  if (base.exitCode !== 0) throw new Error(base.output)
  const before = app.aws.journal.length
  const pushed = app.aws.registry.journal.length
  const repository = app.aws.state.repositories['greeter-lambda-images-preview']
  if (repository !== undefined)
    Object.assign(repository, { mutability: 'MUTABLE', scanOnPush: false })
  for (const bucket of Object.values(app.aws.state.buckets))
    for (const key of Object.keys(bucket.objects)) age(bucket.objects, key)

  await images('destroy', '--name', 'PR5', '--only-stuck')
  for (let deploys = 0; deploys < 2; deploys++) {
    await app.edit('src/scheduled/nightly/index.mjs', (text) => `${text}\n// changed`)
    await app.edit('src/scheduled/nightly/index.mjs', (text) => text.replace('nightly', 'nighty'))
    const run = await app.deploy({ args, environment: report })
    if (run.exitCode !== 0) throw new Error(run.output)
    await pushStaleTag(app)
  }
  await images('report', '--name', 'PR5', '--outcome', 'failure')
  const stack = app.aws.stack('GreeterStagingPR5')
  const physicalId = 'greeterstagingpr5-files-1'
  Object.assign(stack?.deployment.resources ?? {}, {
    Files: { type: 'AWS::S3::Bucket', physicalId, time: 0 },
  })
  app.aws.state.buckets[physicalId] = { created: 0, region: 'us-west-2', objects: {} }
  await calls.s3('PUT', `/${physicalId}/one`, Buffer.from('x'))
  const prepared = app.aws.journal.length - 1
  app.aws.state.logGroups.push('/aws/lambda/GreeterStagingPR5-GetIndexHTTPLambda-1')
  await images('sweep', '--open', '')
  await images('destroy', '--name', 'PR5')
  await images('gc', '--name', 'PR5', '--yes')
  await images('gc', '--previews', '--yes')
  if (app.aws.stack('GreeterStagingPR5') !== undefined) throw new Error('The stack is there still.')
  const journal = app.aws.journal.filter((_, index) => index >= before && index !== prepared)
  const wishes = wishesOf({ journal, registryJournal: app.aws.registry.journal.slice(pushed) })
  // A report compares with staging where it may; where not, it says nothing of it.
  return wishes.filter(({ resource }) => !resource.endsWith('repository/greeter-lambda-images'))
}

/** What an earlier deploy of the preview left, for its next one to remove. */
async function pushStaleTag({ aws }: Pick<ImageApp, 'aws'>): Promise<void> {
  const repository = 'greeter-lambda-images-preview'
  const [digest = ''] = await aws.registry.manifests(repository)
  const tag = `live-GreeterStagingPR5_small_${digest.slice(7, 23)}_20200101`
  await putTag(aws, { repository, digest, tag })
}

/** Architect deletes what has lain in the deployment bucket for a week. */
function age(objects: Record<string, ObjectRecord>, key: string): void {
  const object = objects[key]
  if (object !== undefined) objects[key] = { ...object, modified: 0 }
}

async function exampleTypes(): Promise<readonly string[]> {
  const [aws, app] = await Promise.all([startAws(), copyApp()])
  t.teardown(() => Promise.all([aws.close(), app.remove()]))
  const run = await runArc({
    app: app.directory,
    directory: app.directory,
    args: ['deploy', '--dry-run', '--no-hydrate'],
    environment: aws.environment,
  })
  const types = Object.values(run.samTemplate?.Resources ?? {}).map(({ Type }) => Type)
  if (types.length === 0) throw new Error(run.output)
  return [...new Set(types.flatMap((type) => transformed[type] ?? [type]))]
}

const [calls, types] = await Promise.all([previewsLife(), exampleTypes()])
const wishes = [...calls, ...companions]
const ofTypes = types.flatMap((type) => wishesOfType(type, 'AgentMemoryStagingPR5'))

t.test('every call of deploy, report and teardown is allowed', (t) => {
  const policy = policyOf(greeter)
  t.ok(calls.length > 25, 'the stand-in was asked')
  for (const wish of wishes) t.ok(isAllowed(policy, wish), `${wish.action} on ${wish.resource}`)
  t.end()
})

t.test('and what CloudFormation calls for the resources of the example', (t) => {
  const policy = policyOf(memory)
  for (const wish of ofTypes) t.ok(isAllowed(policy, wish), `${wish.action} on ${wish.resource}`)
  t.end()
})

t.test('a preview reaches neither staging nor production nor another app', (t) => {
  const policy = policyOf(memory)
  const others = ['AgentMemoryStaging', 'AgentMemoryProduction', 'OtherStagingPR5']
  const changing = /:(Create|Update|Delete|Put|Pass|Add|Remove|Attach|Detach|Tag|Untag)/
  for (const stack of others) {
    const alien = types
      .filter((type) => !type.startsWith('AWS::ApiGateway'))
      .flatMap((type) => wishesOfType(type, stack))
    for (const wish of alien.filter(({ action }) => changing.test(action)))
      t.notOk(isAllowed(policy, wish), `${wish.action} on ${wish.resource}`)
    for (const action of ['CreateStack', 'UpdateStack', 'DeleteStack']) {
      const resource = `arn:aws:cloudformation:us-west-2:123456789012:stack/${stack}/a-guid`
      t.notOk(isAllowed(policy, { action: `cloudformation:${action}`, resource }), stack)
    }
  }
  const role = 'arn:aws:iam::123456789012:role/AgentMemoryStagingPR5-Role-1'
  const context = { 'iam:PassedToService': 'ec2.amazonaws.com' }
  t.notOk(isAllowed(policy, { action: 'iam:PassRole', resource: role, context }))
  t.end()
})

t.test('each of the other environments deploys its own stack', (t) => {
  for (const [Environment, stack, BucketPrefix] of [
    ['staging', 'AgentMemoryStaging', 'agentmemorystaging-'],
    ['production', 'AgentMemoryProduction', 'agentmemoryproduction-'],
  ] as const) {
    const policy = policyOf({ ...memory, Environment, BucketPrefix })
    for (const wish of types.flatMap((type) => wishesOfType(type, stack)))
      t.ok(isAllowed(policy, wish), `${wish.action} on ${wish.resource}`)
    const preview = {
      action: 'iam:CreateRole',
      resource: 'arn:aws:iam::123456789012:role/AgentMemoryStagingPR5-Role-1',
    }
    t.notOk(isAllowed(policy, preview))
  }
  t.end()
})

t.test('nothing is allowed that nobody needs', (t) => {
  const ofOthers = [
    'ecr:PutImageScanningConfiguration',
    'ecr:PutImageTagMutability',
    'lambda:ListFunctions',
  ]
  const needed = new Set([...[...wishes, ...ofTypes].map(({ action }) => action), ...ofOthers])
  const allowed = policyOf(memory).flatMap(({ actions }) => actions)
  t.strictSame(
    allowed.filter((action) => !needed.has(action)),
    [],
  )
  t.notOk(allowed.some((action) => action.includes('*')))
  t.end()
})

t.test('the page has a reason for each action', async (t) => {
  const rows = [...page.matchAll(/^\| (`[a-z0-9]+:.*?) \| (.*?) \|$/gm)]
  const reasons = rows.flatMap(([, actions = '', reason = '']) =>
    [...actions.matchAll(/`([^`]+)`/g)].map(([, action = '']) => [action, reason] as const),
  )
  const allowed = policyOf(memory).flatMap(({ actions }) => actions)
  t.strictSame(
    [...new Set(reasons.map(([action]) => action))].toSorted(),
    [...new Set(allowed)].toSorted(),
  )
  for (const [, reason] of reasons) {
    const sources = [...reason.matchAll(/`((?:plugin|@architect)\/[^`]+)`/g)]
    const named = [...reason.matchAll(/`(AWS::[^`]+)`/g)].map(([, type = '']) => type)
    for (const type of named) t.ok(types.includes(type), type)
    for (const [, path = ''] of sources)
      await t.resolves(readFile(join(root, path.startsWith('@') ? 'node_modules' : '', path)), path)
    t.ok(named.length > 0 || sources.length > 0 || /documented/.test(reason), reason)
  }
})

t.test('trust: one environment of one repository, in both forms of its name', (t) => {
  const trust = (given: Readonly<Record<string, string>>) => {
    const resolved = resolveTemplate(template, { ...memory, ...given })
    const resources = isRecord(resolved) && isRecord(resolved['Resources']) && resolved['Resources']
    return JSON.parse(JSON.stringify(resources)).Role.Properties.AssumeRolePolicyDocument
  }
  t.match(trust({}).Statement, [
    {
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: {
        Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com',
      },
    },
  ])
  const subjects = (given: Readonly<Record<string, string>>) =>
    trust(given).Statement[0].Condition.StringEquals['token.actions.githubusercontent.com:sub']
  t.strictSame(subjects({}), ['repo:ada/memory:environment:preview'])
  t.strictSame(subjects({ GitHubOwnerId: '7', GitHubRepositoryId: '8' }), [
    'repo:ada/memory:environment:preview',
    'repo:ada@7/memory@8:environment:preview',
  ])
  const [statement] = trust({}).Statement
  t.strictSame(Object.keys(statement.Condition), ['StringEquals'], 'no pattern to slip through')
  t.equal(
    statement.Condition.StringEquals['token.actions.githubusercontent.com:aud'],
    'sts.amazonaws.com',
  )
  t.end()
})

t.test('each policy is short enough for IAM, with long names too', (t) => {
  const long = {
    ...memory,
    App: 'a'.repeat(40),
    StackPrefix: 'A'.repeat(40),
    BucketPrefix: 'a'.repeat(40),
    ImageRepository: 'a'.repeat(60),
  }
  const resolved = JSON.parse(JSON.stringify(resolveTemplate(template, long)))
  for (const name of ['DeployPolicy', 'StackPolicy']) {
    const size = JSON.stringify(resolved.Resources[name].Properties.PolicyDocument).length
    t.ok(size < 6144, `${name}: ${size} characters`)
  }
  t.end()
})
