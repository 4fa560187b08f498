import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { openAws } from '../../../../plugin/effects/aws/client.ts'
import { startAws } from '../../../stand-in/aws/index.ts'

const inventory = { inv: { aws: { profile: null, region: 'us-west-2' } } }
const aws = await startAws()
t.teardown(() => aws.close())

const names = [
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  'AWS_ENDPOINT_URL',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AMAZON_REGION',
  'HOME',
]

/** Exactly these variables, for this test only. */
function only(t: Test, environment: Readonly<Record<string, string>>): void {
  const before = { ...process.env }
  t.teardown(() => Object.assign(process.env, before))
  for (const name of names) delete process.env[name]
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    HOME: '/nowhere',
    ...environment,
  })
}

t.test('region, credentials and endpoint from the environment', async (t) => {
  only(t, aws.environment)
  const client = await openAws({ inventory })
  t.equal(client.region, 'us-west-2')
  t.strictSame(await client.ecr('DescribeRepositories', {}, 'the registry'), { repositories: [] })
})

t.test("the profile of app.arc's @aws pragma", async (t) => {
  const home = t.testdir()
  await mkdir(join(home, '.aws'))
  const {
    AWS_ENDPOINT_URL = '',
    AWS_ACCESS_KEY_ID = '',
    AWS_SECRET_ACCESS_KEY = '',
  } = aws.environment
  await writeFile(
    join(home, '.aws/credentials'),
    `[work]\naws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}\n`,
  )
  only(t, { HOME: home, AWS_ENDPOINT_URL })
  const work = { inv: { aws: { profile: 'work', region: 'us-west-2' } } }
  const client = await openAws({ inventory: work })
  t.ok(await client.ecr('DescribeRepositories', {}, 'the registry'))
  await t.rejects(openAws({ inventory: { inv: { aws: { profile: 'play' } } } }), {
    code: 'AWS_CREDENTIALS_MISSING',
    message: /^There is no profile 'play' in .*They have work\./,
  })
})

t.test('no credentials anywhere', async (t) => {
  only(t, { AWS_ENDPOINT_URL: aws.url })
  await t.rejects(openAws({ inventory }), {
    code: 'AWS_CREDENTIALS_MISSING',
    message: /^No AWS credentials\. Looked for AWS_ACCESS_KEY_ID .* profile 'default'/,
  })
})

t.test('no credentials, and a metadata service that refuses to give a token', async (t) => {
  const metadata = createServer((_, answer) => answer.writeHead(403).end('no'))
  await new Promise<void>((listening) => metadata.listen(0, '127.0.0.1', listening))
  t.teardown(() => metadata.close())
  const address = metadata.address()
  const port = typeof address === 'object' ? address?.port : undefined
  only(t, {
    AWS_EC2_METADATA_DISABLED: '',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}`,
  })
  await t.rejects(openAws({ inventory }), {
    code: 'AWS_CREDENTIALS_MISSING',
    message: /^No AWS credentials \(IMDSv2 token API answered 403\)\. Looked for /,
  })
})

t.test('no region', async (t) => {
  const { AWS_REGION: _, AWS_ENDPOINT_URL: __, ...environment } = aws.environment
  only(t, environment)
  await t.rejects(openAws({ inventory: { inv: { aws: {} } } }), { code: 'AWS_REGION_MISSING' })
  await t.rejects(openAws({ inventory: { inv: { aws: { region: 'mars-1' } } } }), {
    code: 'AWS_REGION_MISSING',
    message: /mars-1/,
  })
})

t.test('credentials that AWS does not take', async (t) => {
  only(t, { ...aws.environment, AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' })
  const client = await openAws({ inventory })
  await t.rejects(client.ecr('DescribeRepositories', {}, 'the registry'), {
    code: 'AWS_CREDENTIALS_REFUSED',
    message:
      /^ecr:DescribeRepositories: AWS refused the credentials: UnrecognizedClientException: The security token/,
  })
  await t.rejects(client.cloudformation('GetTemplate', { StackName: 'x' }, "stack 'x'"), {
    code: 'AWS_CREDENTIALS_REFUSED',
    message: /InvalidClientTokenId/,
  })
})

t.test('a call that the role may not make', async (t) => {
  only(t, aws.environment)
  aws.refuse({ service: 'ecr', action: 'CreateRepository', fault: 'AccessDenied', times: 1 })
  const client = await openAws({ inventory })
  await t.rejects(client.ecr('CreateRepository', { repositoryName: 'x1' }, "repository 'x1'"), {
    code: 'AWS_DENIED',
    message:
      /^ecr:CreateRepository on repository 'x1': AccessDeniedException: .+\. Allow ecr:CreateRepository on repository 'x1' for the deploying role\.$/,
  })
})

t.test('throttling is waited out, in JSON and in XML', async (t) => {
  only(t, aws.environment)
  const client = await openAws({ inventory })
  aws.refuse({ service: 'ecr', action: 'DescribeRepositories', fault: 'Throttling', times: 2 })
  t.ok(await client.ecr('DescribeRepositories', {}, 'the registry'))
  aws.refuse({ service: 'cloudformation', action: 'DescribeStacks', fault: 'Throttling', times: 2 })
  t.ok(await client.cloudformation('DescribeStacks', {}, 'the stacks'))
  const codes = aws.journal
    .map(({ error }) => error)
    .filter((code) => /Throttling/.test(code ?? ''))
  t.strictSame(codes, ['ThrottlingException', 'ThrottlingException', 'Throttling', 'Throttling'])
})

t.test('another refusal keeps the words of AWS', async (t) => {
  only(t, aws.environment)
  const client = await openAws({ inventory })
  await t.rejects(client.ecr('DescribeImages', { repositoryName: 'none' }, "repository 'none'"), {
    code: 'AWS_FAILED',
    message: /400 RepositoryNotFoundException: The repository with name 'none' does not exist/,
  })
})

t.test('a profile that is not there, and kinds of profiles that give no keys', async (t) => {
  const home = t.testdir({
    '.aws': {
      config:
        '[default]\nregion=us-west-2\n[profile work]\nsso_session=x\n[sso-session x]\n[profile deploy]\nrole_arn=arn:x\nsource_profile=work\n',
    },
  })
  const told = async (profile: string | null, AWS_PROFILE = '') => {
    only(t, { HOME: home, ...(AWS_PROFILE !== '' && { AWS_PROFILE }) })
    const error: unknown = await openAws({
      inventory: { inv: { aws: { profile, region: 'us-west-2' } } },
    }).catch((reason: unknown) => reason)
    t.match(error, { code: 'AWS_CREDENTIALS_MISSING' })
    return error instanceof Error ? error.message : ''
  }
  t.equal(
    await told(null, 'wrok'),
    "There is no profile 'wrok' in ~/.aws/credentials or ~/.aws/config, and AWS_PROFILE names it. Did you mean 'work'? Make it with 'aws configure --profile wrok' or 'aws configure sso', or name another one.",
  )
  t.match(
    await told('production'),
    /^There is no profile 'production' .*, and 'profile' under @aws in app\.arc names it\. They have default, work, deploy\./,
  )
  t.match(
    await told('work'),
    /^Profile 'work' signs in by SSO, .* Run 'aws sso login --profile work'\.$/,
  )
  t.match(
    await told('deploy'),
    /^Profile 'deploy' assumes a role, .*aws configure export-credentials --profile deploy/,
  )
})

t.test('an invocation is sent once, whatever becomes of it', async (t) => {
  only(t, aws.environment)
  const client = await openAws({ inventory })
  for (const fault of ['gateway', 'reset'] as const) {
    const before = aws.journal.length
    aws.refuse({ service: 'lambda', action: 'Invoke', fault, times: 1 })
    await t.rejects(client.invoke('some-function', '{}'), { code: 'AWS_FAILED' }, fault)
    const asked = aws.journal.slice(before).filter(({ action }) => action === 'Invoke')
    t.ok(asked.length <= 1, fault)
    // A second try would have met the function's absence instead of the fault.
    t.notMatch(JSON.stringify(asked), 'ResourceNotFoundException', fault)
  }
})

t.test('requests share a connection, whatever Architect says of the stage', async (t) => {
  let connections = 0
  const server = createServer((_, answer) =>
    answer.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{}'),
  )
  server.on('connection', () => connections++)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  // What `arc` sets before any plugin is loaded.
  const stage = process.env['ARC_ENV']
  process.env['ARC_ENV'] = 'testing'
  t.teardown(() => {
    if (stage === undefined) delete process.env['ARC_ENV']
    else process.env['ARC_ENV'] = stage
  })
  only(t, { ...aws.environment, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` })
  const client = await openAws({ inventory })
  for (let asked = 0; asked < 3; asked++)
    t.strictSame(await client.ecr('DescribeRepositories', {}, 'the registry'), {})
  t.equal(connections, 1)
})
