import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { runArc } from '../stand-in/harness/arc.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { copyApp } from '../stand-in/inputs/app-copy.ts'
import { startAws } from '../stand-in/aws/index.ts'
import type { ObjectRecord } from '../stand-in/aws/state.ts'
import { openCalls } from '../stand-in/assertions/aws-calls.ts'
import { type ImageApp, openImageApp, type TemplateResource } from '../stand-in/inputs/image-app.ts'
import {
  type DeployRole,
  deployRole,
  greeterPreview as greeter,
  memoryRoles,
  rolePolicies,
} from '../stand-in/aws/iam/deploy-role.ts'
import { isAllowed, type Wish } from '../stand-in/aws/iam/policy.ts'
import { boundaryArn, transformed, wishesOfType } from '../stand-in/aws/iam/resource-types.ts'
import { simulate } from '../stand-in/aws/iam/simulate.ts'
import { makeEnvironment } from '../stand-in/aws/iam/make-environment.ts'
import { wishesOf } from '../stand-in/aws/iam/wishes.ts'
import { putTag } from '../stand-in/inputs/push-image.ts'

const root = join(import.meta.dirname, '../..')
const page = await readFile(join(root, 'docs/aws-setup.md'), 'utf8')

const repository = 'greeter-lambda-images-preview'
const boundary = { ARC_CONTAINER_IMAGES_BOUNDARY: boundaryArn }

/** CreateStack with a transform, and what Lambda asks of the repository for its caller. */
const companions: readonly Wish[] = [
  {
    action: 'cloudformation:CreateChangeSet',
    resource: 'arn:aws:cloudformation:us-west-2:aws:transform/Serverless-2016-10-31',
  },
  {
    action: 'kms:Decrypt',
    resource: 'arn:aws:kms:us-west-2:123456789012:key/0f',
    context: {
      'kms:ViaService': 'ssm.us-west-2.amazonaws.com',
      'kms:EncryptionContext:PARAMETER_ARN':
        'arn:aws:ssm:us-west-2:123456789012:parameter/greeter/staging/API_KEY',
    },
  },
]

/** Calls of a preview's whole life, by the programs that the workflows run. */
async function previewsLife(app: ImageApp): Promise<readonly Wish[]> {
  const args = ['deploy', '--no-hydrate', '--name', 'PR5']
  const report = { ARC_CONTAINER_IMAGES_REPORT: join(app.cache, 'report.json') }
  const calls = await openCalls(app.environment)
  const images = async (...words: string[]) => {
    const run = await runArcImages(app, words, report)
    if (run.exitCode !== 0) throw new Error(`${words.join(' ')}: ${run.stdout} ${run.stderr}`)
  }
  const base = await app.deploy()
  if (base.exitCode !== 0) throw new Error(base.output)
  await makeEnvironment(app, greeter)
  const before = app.aws.journal.length
  const pushed = app.aws.registry.journal.length
  const ageUploads = (): void => {
    for (const bucket of Object.values(app.aws.state.buckets))
      for (const key of Object.keys(bucket.objects)) age(bucket.objects, key)
  }

  await images('bucket', 'greeter-deploys-preview-123456789012')
  await images('destroy', '--name', 'PR5', '--only-stuck')
  for (let deploys = 0; deploys < 2; deploys++) {
    const changed = `\nexport const deploy${deploys} = true\n`
    await app.edit('src/scheduled/nightly/index.mjs', (text) => text + changed)
    await app.edit('src/scheduled/nightly/index.mjs', (text) => text.replace('nightly', 'nighty'))
    const run = await app.deploy({ args, environment: { ...report, ...boundary } })
    if (run.exitCode !== 0) throw new Error(run.output)
    await pushStaleTag(app)
    ageUploads()
  }
  await images('report', '--name', 'PR5', '--outcome', 'failure')
  await images('diagnose', '--name', 'PR5')
  await images('rollback', '--name', 'PR5', '--yes')
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
  return wishesOf({ journal, registryJournal: app.aws.registry.journal.slice(pushed) })
}

/** What an earlier deploy of the preview left, for its next one to remove. */
async function pushStaleTag({ aws }: Pick<ImageApp, 'aws'>): Promise<void> {
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

/**
 * A report compares with staging where it may; where it is denied, as to a preview, it says nothing
 * of it.
 */
function isComparison({ action, resource }: Wish): boolean {
  return (
    (action === 'cloudformation:GetTemplate' && resource.includes('stack/GreeterStaging/')) ||
    (action === 'ecr:DescribeImages' && resource.endsWith('repository/greeter-lambda-images'))
  )
}

const app = await openImageApp()
t.teardown(() => app.close())
const [calls, types] = await Promise.all([previewsLife(app), exampleTypes()])
const wishes = [...calls.filter((wish) => !isComparison(wish)), ...companions]
const ofTypes = types.flatMap((type) => wishesOfType(type, 'AgentMemoryStagingPR5'))

/** By this repository's evaluator, and by one that is not ours. */
async function allowed(t: Test, role: DeployRole, asked: readonly Wish[]): Promise<void> {
  for (const wish of asked) {
    t.ok(isAllowed(role.statements, wish), `${wish.action} on ${wish.resource}`)
    const verdict = await simulate(role.documents(rolePolicies), wish)
    t.not(verdict, false, `${wish.action} on ${wish.resource}, by iam-simulate`)
  }
}

t.test('every call of deploy, report and teardown is allowed', async (t) => {
  t.ok(calls.length > 25, 'the stand-in was asked')
  await allowed(t, deployRole(greeter), wishes)
})

t.test('and what CloudFormation calls for the resources of the example', async (t) => {
  await allowed(t, deployRole(memoryRoles.preview), ofTypes)
})

t.test(
  'a stack that was made without boundaries is brought over by an administrator',
  async (t) => {
    const pushed = app.aws.registry.journal.length
    const refused = await app.deploy({ environment: boundary })
    t.not(refused.exitCode, 0)
    const command = `npx --no -- arc-images bound --stack GreeterStaging --boundary ${boundaryArn}`
    t.match(refused.output, command)
    t.match(refused.output, /BOUNDARY_MISSING: .*'GreeterStaging' .*: Role, SchedulerRole\./)
    t.equal(app.aws.registry.journal.length, pushed, 'nothing was built or asked of the registry')
    const words = ['bound', '--stack', 'GreeterStaging', '--boundary', boundaryArn]
    t.match(await runArcImages(app, words), { exitCode: 0 })
    const run = await app.deploy({ environment: boundary })
    t.equal(run.exitCode, 0, run.output)
    const { template = '{}' } = app.aws.stack('GreeterStaging')?.deployment ?? {}
    const resources: Readonly<Record<string, TemplateResource>> = JSON.parse(template).Resources
    const roles = Object.values(resources)
      .filter(({ Type }) => Type === 'AWS::IAM::Role')
      .map(({ Properties }) => Properties['PermissionsBoundary'])
    t.strictSame(roles, [boundaryArn, boundaryArn])
  },
)

t.test('a preview reaches neither staging nor production nor another app', (t) => {
  const { statements } = deployRole(memoryRoles.preview)
  const others = ['AgentMemoryStaging', 'AgentMemoryProduction', 'OtherStagingPR5']
  const changing = /:(Create|Update|Delete|Put|Pass|Add|Remove|Attach|Detach|Tag|Untag)/
  for (const stack of others) {
    const alien = types
      .filter((type) => !type.startsWith('AWS::ApiGateway'))
      .flatMap((type) => wishesOfType(type, stack))
    for (const wish of alien.filter(({ action }) => changing.test(action)))
      t.notOk(isAllowed(statements, wish), `${wish.action} on ${wish.resource}`)
  }
  t.end()
})

t.test('each of the other environments deploys its own stack', async (t) => {
  for (const [environment, stack] of [
    ['staging', 'AgentMemoryStaging'],
    ['production', 'AgentMemoryProduction'],
  ] as const) {
    const own = types.flatMap((type) => wishesOfType(type, stack))
    await allowed(t, deployRole(memoryRoles[environment]), own)
  }
})

/** What only the other environments do: they make and reconcile their repository. */
const administer =
  'CreateRepository PutImageTagMutability PutLifecyclePolicy SetRepositoryPolicy TagResource'

t.test('nothing is allowed that nobody needs', (t) => {
  const needed = new Set([...wishes, ...ofTypes].map(({ action }) => action))
  const { statements } = deployRole(memoryRoles.preview)
  const actions = statements.flatMap((statement) => statement.actions)
  t.strictSame(
    actions.filter((action) => !needed.has(action)),
    [],
  )
  t.notOk(actions.some((action) => action.includes('*')))
  const more = (environment: 'staging' | 'production'): readonly string[] =>
    deployRole(memoryRoles[environment])
      .statements.flatMap((statement) => statement.actions)
      .filter((action) => !actions.includes(action))
  const ofOthers = administer.split(' ').map((action) => `ecr:${action}`)
  t.strictSame(more('staging'), ofOthers)
  t.strictSame(more('production'), ['lambda:ListFunctions', ...ofOthers])
  t.end()
})

t.test('the page has a reason for each action', async (t) => {
  const rows = [...page.matchAll(/^\| (`[a-z0-9]+:.*?) \| (.*?) \|$/gm)]
  const reasons = rows.flatMap(([, actions = '', reason = '']) =>
    [...actions.matchAll(/`([^`]+)`/g)].map(([, action = '']) => [action, reason] as const),
  )
  const FunctionLayers = 'arn:aws:lambda:us-west-2:123456789012:layer:fonts:*'
  const { statements } = deployRole({ ...memoryRoles.production, FunctionLayers })
  const actions = statements.flatMap((statement) => statement.actions)
  t.strictSame(
    [...new Set(reasons.map(([action]) => action))].toSorted(),
    [...new Set(actions)].toSorted(),
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
    const { resources } = deployRole({ ...memoryRoles.preview, ...given })
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
  for (const of of Object.values(memoryRoles)) {
    const role = deployRole({
      ...of,
      App: 'a'.repeat(40),
      StackPrefix: 'A'.repeat(40),
      BucketPrefix: 'a'.repeat(40),
      ImageRepository: 'a'.repeat(60),
    })
    for (const name of [...rolePolicies, 'Boundary']) {
      const size = JSON.stringify(role.documents([name])[0]).length
      t.ok(size < 6144, `${name}: ${size} characters`)
    }
  }
  t.end()
})
