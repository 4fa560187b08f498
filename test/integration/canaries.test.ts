import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { execa } from 'execa'
import t from 'tap'

import { dockerStandIn } from '../stand-in/docker/run.ts'
import { type ImageApp, type ImageRun, openImageApp } from '../stand-in/inputs/image-app.ts'

t.setTimeout(600_000)

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** One in each place that has secrets, told apart by its name. */
const canaries = {
  projectToken: 'canary-01-project-token',
  projectAuth: 'canary-02-project-auth',
  projectPassword: 'canary-03-project-password',
  registryUrl: 'canary-04-registry-url',
  proxyPassword: 'canary-05-proxy-password',
  appToken: 'canary-06-app-token',
  userToken: 'canary-07-user-token',
  userKey: 'canary08userkeyline',
  globalToken: 'canary-09-global-token',
  lockedUser: 'canary-10-locked-user',
  lockedQuery: 'canary-11-locked-query',
  npmToken: 'canary-12-npm-token',
  gitHubToken: 'canary-13-github-token',
  databasePassword: 'canary-14-database-password',
  stripeKey: 'canary-15-stripe-key',
  slackSecret: 'canary-16-slack-secret',
  npmSetting: 'canary-17-npm-setting',
  dockerAuth: 'canary-18-docker-auth',
  dockerToken: 'canary-19-docker-token',
  awsKey: 'canary-20-aws-key',
  awsToken: 'canary-21-aws-token',
  buildSecret: 'canary-22-build-secret',
  functionToken: 'canary-23-function-token',
} as const
t.ok(Object.keys(canaries).length >= 20)

const work = await mkdtemp(join(tmpdir(), 'canaries-'))
const home = join(work, 'home')
const refusing = createServer((_, response) => response.writeHead(401).end('{"error":"no"}'))
await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
const address = refusing.address()
const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
t.teardown(async () => {
  refusing.close()
  await rm(work, { recursive: true, force: true })
})

async function writeAll(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

await writeAll(home, {
  '.npmrc': `//user.example/:_authToken=${canaries.userToken}\nkey=-----BEGIN K-----\\n${canaries.userKey}\\n-----END K-----\n`,
  'global/npmrc': `//global.example/:_authToken=${canaries.globalToken}\n`,
  '.docker/config.json': JSON.stringify({
    auths: {
      'one.example': { auth: base64(`user:${canaries.dockerAuth}`) },
      'two.example': { identitytoken: canaries.dockerToken },
    },
  }),
  '.aws/credentials': `[other]\naws_secret_access_key = ${canaries.awsKey}\naws_session_token = ${canaries.awsToken}\n`,
})

/** A program that says all that it can see, in several forms, and fails. */
const chatty = join(work, 'chatty.mjs')
await writeFile(
  chatty,
  `import { readFileSync, readdirSync } from 'node:fs'
const read = (file) => { try { return readFileSync(file, 'utf8') } catch { return '' } }
const folder = process.env.DOCKER_CONFIG ?? '.'
const texts = [
  ...readdirSync('.').filter((name) => /rc$|lock|json$/.test(name)).map(read),
  read(process.env.HOME + '/.npmrc'), read(process.env.npm_config_globalconfig ?? ''),
  read(folder + '/config.json'), read(process.env.HOME + '/.docker/config.json'), read(process.env.HOME + '/.aws/credentials'),
  JSON.stringify(process.env), Object.values(process.env).map(encodeURIComponent).join(' '),
]
for (const text of texts) console.error('npm error ' + text.replaceAll('\\n', ' | '))
console.error('ERROR: ' + texts.join(' ').replaceAll('\\n', ' | '))
process.exit(1)
`,
)
const programs = join(work, 'bin')
const { stdout: realNpm } = await execa('sh', ['-c', 'command -v npm'])
for (const [name, version] of [
  ['npm', '11.19.1'],
  ['pnpm', '10.34.0'],
] as const) {
  await writeAll(programs, {
    [name]: `#!/bin/sh
case "$1" in
--version) echo ${version};;
ci | install) exec env -u NODE_OPTIONS "${process.execPath}" "${chatty}";;
*) exec "${realNpm}" "$@";;
esac
`,
  })
  await chmod(join(programs, name), 0o755)
}
const dockers = join(work, 'dockers')
await writeAll(dockers, {
  docker: `#!/bin/sh\nexec env -u NODE_OPTIONS "${process.execPath}" "${chatty}"\n`,
})
await chmod(join(dockers, 'docker'), 0o755)

const temporary = join(work, 'tmp')
await mkdir(temporary)
const environment = {
  HOME: home,
  TMPDIR: temporary,
  npm_config_globalconfig: join(home, 'global/npmrc'),
  'npm_config_//setting.example/:_authToken': canaries.npmSetting,
  NPM_TOKEN: canaries.npmToken,
  GITHUB_TOKEN: canaries.gitHubToken,
  DATABASE_URL: `postgres://user:${canaries.databasePassword}@db.example/app`,
  STRIPE_API_KEY: canaries.stripeKey,
  SLACK_SIGNING_SECRET: canaries.slackSecret,
  BUILD_SECRET: canaries.buildSecret,
  FUNCTION_TOKEN: canaries.functionToken,
}

async function open(): Promise<ImageApp> {
  const app = await openImageApp()
  await writeAll(app.directory, {
    '.npmrc': `//app.example/:_authToken=${canaries.appToken}\n`,
    'docker/small/.npmrc': `registry=http://${canaries.registryUrl}@${host}/
//${host}/:_authToken=${canaries.projectToken}
//auth.example/:_auth=${base64(`user:${canaries.projectAuth}`)}
//password.example/:_password=${base64(canaries.projectPassword)}
//token.example/:_authToken=\${NPM_TOKEN}
proxy=
https-proxy=http://user:${canaries.proxyPassword}@127.0.0.1:9
noproxy=127.0.0.1
`,
  })
  await app.edit('app.arc', (text) => `${text}define-secret FUNCTION_TOKEN\n`)
  return app
}

/** A package whose lock entry carries secrets. */
async function lockWithSecrets(app: ImageApp): Promise<void> {
  await app.edit('docker/small/package.json', (text) =>
    JSON.stringify({ dependencies: { ...JSON.parse(text).dependencies, other: '1.0.0' } }),
  )
  await app.edit('docker/small/package-lock.json', (text) => {
    const lock = JSON.parse(text)
    lock.packages[''].dependencies.other = '1.0.0'
    lock.packages['node_modules/other'] = {
      version: '1.0.0',
      resolved: `http://${canaries.lockedUser}@${host}/other/-/other-1.0.0.tgz?token=${canaries.lockedQuery}`,
      integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}`,
    }
    return JSON.stringify(lock)
  })
}

const forms = (value: string): readonly string[] => [
  value,
  encodeURIComponent(value),
  base64(value),
  base64(`user:${value}`),
]

async function textsIn(folder: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(
    files.map(async (file) => [file, (await readFile(file)).toString('latin1')] as const),
  )
}

/** Everything that the registry of the account has, unpacked. */
async function pushed(app: ImageApp): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = []
  for (const repository of Object.keys(app.aws.state.repositories)) {
    for (const digest of await app.aws.registry.manifests(repository)) {
      const { bytes } = (await app.aws.registry.manifest(repository, digest)) ?? {}
      const text = bytes?.toString() ?? '{}'
      found.push([`manifest ${digest}`, text])
      const { config, layers = [] } = JSON.parse(text)
      for (const blob of [config, ...layers].filter(Boolean)) {
        const content = (await app.aws.registry.blob(repository, blob.digest)) ?? Buffer.alloc(0)
        const plain = content[0] === 0x1f ? gunzipSync(content) : content
        found.push([`blob ${blob.digest}`, plain.toString('latin1')])
      }
    }
  }
  return found
}

/** Where a canary sings that should not, by its name. */
async function leaks(
  app: ImageApp,
  run: ImageRun,
  allowed: readonly (keyof typeof canaries)[] = [],
): Promise<readonly string[]> {
  const own = /\/(?:\.npmrc|package-lock\.json|pnpm-lock\.yaml|package\.json)$/
  const places = [
    ['stdout', run.stdout],
    ['stderr', run.stderr],
    ...(await textsIn(app.cache)),
    ...(await textsIn(temporary)),
    ...(await textsIn(app.directory)).filter(([file]) => !own.test(file)),
    ['sam.json', JSON.stringify(run.samTemplate ?? '')],
    ['templates', JSON.stringify(app.aws.state.stacks)],
    ...(await pushed(app)).filter(() => allowed.length === 0),
  ] as const
  return places.flatMap(([place, text]) =>
    [...Object.entries(canaries), ...tokensOf(app)].flatMap(([name, value]) =>
      forms(value).some((form) => text.includes(form)) ? [`${place}: ${name}`] : [],
    ),
  )
}

/** What ECR gave. */
function tokensOf(app: ImageApp): readonly (readonly [string, string])[] {
  return Object.keys(app.aws.state.tokens).map((token) => ['ecrToken', token] as const)
}

const withPrograms = (folder: string) => ({
  ...environment,
  PATH: [folder, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
})

t.test('npm that says all it knows', async (t) => {
  const app = await open()
  t.teardown(() => app.close())
  await lockWithSecrets(app)
  const run = await app.deploy({ environment: withPrograms(programs) })
  t.equal(run.exitCode, 1)
  t.match(run.output, 'DEPENDENCIES_INSTALL_FAILED')
  t.match(run.output, '***', 'what it said was shown, but for the secrets')
  t.strictSame(await leaks(app, run), [])
})

t.test('pnpm that says all it knows', async (t) => {
  const app = await open()
  t.teardown(() => app.close())
  await rm(join(app.directory, 'docker/small/package-lock.json'))
  await app.write(
    'docker/small/pnpm-lock.yaml',
    `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      tiny:
        specifier: file:./tiny-1.0.0.tgz
        version: file:tiny-1.0.0.tgz
packages:
  tiny@file:tiny-1.0.0.tgz:
    resolution: {integrity: sha512-AQEB, tarball: 'http://${canaries.lockedUser}@${host}/a.tgz?token=${canaries.lockedQuery}'}
    version: 1.0.0
snapshots:
  tiny@file:tiny-1.0.0.tgz: {}
`,
  )
  const run = await app.deploy({ environment: withPrograms(programs) })
  t.equal(run.exitCode, 1)
  t.match(run.output, /DEPENDENCIES_INSTALL_FAILED: 'pnpm install' failed[^]*\*\*\*/)
  t.strictSame(await leaks(app, run), [])
})

t.test('npm itself, refused by the registry', async (t) => {
  const app = await open()
  t.teardown(() => app.close())
  await lockWithSecrets(app)
  const run = await app.deploy({ environment })
  t.equal(run.exitCode, 1)
  t.match(run.output, 'DEPENDENCIES_INSTALL_FAILED')
  t.strictSame(await leaks(app, run), [])
})

t.test('docker that says all it knows', async (t) => {
  const app = await open()
  t.teardown(() => app.close())
  await app.write(
    'docker/small/Dockerfile',
    'FROM public.ecr.aws/lambda/nodejs:24\nCOPY --from=functions / ${LAMBDA_TASK_ROOT}/\n',
  )
  await app.edit('app.arc', (text) => `${text}small\n  secret id=build,env=BUILD_SECRET\n`)
  const run = await app.deploy({ environment: withPrograms(dockers) })
  t.equal(run.exitCode, 1)
  t.match(run.output, /BUILD_FAILED[^]*\*\*\*/)
  t.strictSame(await leaks(app, run), [])
  const quiet = dockerStandIn({ record: join(work, 'record'), exitCode: 1, output: 'ERROR: no' })
  const again = await app.deploy({ environment: { ...environment, ...quiet } })
  t.strictSame(await leaks(app, again), [])
})

t.test('a registry that fails, then all is well', async (t) => {
  const app = await open()
  t.teardown(() => app.close())
  const report = join(app.directory, 'report.json')
  const all = { ...environment, ARC_CONTAINER_IMAGES_REPORT: report }
  app.aws.registry.inject({ kind: 'status', status: 403, times: 50, match: { method: 'POST' } })
  const denied = await app.deploy({ environment: all })
  t.match(denied.output, 'REGISTRY_DENIED')
  t.strictSame(await leaks(app, denied), [])

  const healthy = await open()
  t.teardown(() => healthy.close())
  const dry = await healthy.deploy({
    environment: all,
    args: ['deploy', '--dry-run', '--no-hydrate'],
  })
  t.equal(dry.exitCode, 0, dry.output)
  t.strictSame(await leaks(healthy, dry), [])
  const run = await healthy.deploy({ environment: all })
  t.equal(run.exitCode, 0, run.output)
  // What define-secret fixes into the bundle is there because it was asked for.
  const { functionToken: _, ...others } = canaries
  const inImages = await pushed(healthy)
  for (const [name, value] of Object.entries(others))
    t.notOk(
      inImages.some(([, text]) => text.includes(value)),
      name,
    )
  t.strictSame(
    (await leaks(healthy, run, ['functionToken'])).filter(
      (leak) => !leak.endsWith('functionToken'),
    ),
    [],
  )
  t.notMatch(run.output, canaries.functionToken)
})
