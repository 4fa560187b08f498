import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { execa, type Options } from 'execa'
import t from 'tap'

import { expectDeployed } from '../stand-in/assertions/expect-deployed.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'

const root = resolve(import.meta.dirname, '../..')
const fixture = join(root, 'test/fixtures/apps/greeter')
/** Architect 11 knows Node up to 22 by name. */
const versions = [
  { architect: '12.0.1', node: '24' },
  { architect: '11.3.0', node: '22' },
]

/** Without tap's hooks, which break both TypeScript and its compiler. */
function plain(cwd: string, ...command: readonly string[]) {
  return execa('env', ['-u', 'NODE_OPTIONS', ...command], { cwd })
}

const work = await mkdtemp(join(tmpdir(), 'arc-package-'))
t.teardown(() => rm(work, { recursive: true, force: true }))

const packed = await plain(root, 'npm', 'pack', '--json', '--pack-destination', work)
const [{ filename, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')))
const tarball = join(work, filename)

t.test('the package holds what runs, its types and its words, and nothing else', async (t) => {
  const paths = files.map(({ path }: { path: string }) => path)
  for (const path of [
    'dist/index.js',
    'dist/types/index.d.ts',
    'docs/errors.md',
    'README.md',
    'LICENSE',
  ]) {
    t.ok(paths.includes(path), path)
  }
  t.strictSame(
    paths.filter(
      (path: string) =>
        !/^(?:dist\/[^/]+\.js(?:\.map)?|dist\/types\/.*\.d\.ts|[^/]+\.(?:md|json)|LICENSE|docs\/(?:aws\/)?[^/]+\.(?:md|yaml)|\.github\/workflows\/(?:deploy|deploy-pr|teardown-pr)\.yml|bench\/README\.md)$/.test(
          path,
        ),
    ),
    [],
  )
})

t.test('every link of its pages leads somewhere in the package', async (t) => {
  const paths: readonly string[] = files.map(({ path }: { path: string }) => path)
  for (const page of paths.filter((path) => path.endsWith('.md'))) {
    const text = await readFile(join(root, page), 'utf8')
    for (const [, link = ''] of text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)) {
      const target = join(dirname(page), link)
      t.ok(paths.includes(target), `${page} links ${link}`)
    }
  }
})

t.test('an old Node is told which one is needed, once and without a stack', async (t) => {
  const directory = join(work, 'old-node')
  await mkdir(directory)
  await writeFile(join(directory, 'package.json'), '{ "private": true }')
  await plain(directory, 'npm', 'install', '--ignore-scripts', tarball, 'node@20')
  await plain(directory, 'npm', 'rebuild', 'node')
  const old = join(directory, 'node_modules/node/bin/node')
  const cli = join(directory, 'node_modules/arc-plugin-container-images/dist/cli.js')
  const { exitCode, stderr } = await execa(old, [cli, 'plan'], { cwd: directory, reject: false })
  t.equal(exitCode, 1)
  t.match(
    stderr,
    /^NODE_TOO_OLD: arc-plugin-container-images needs Node 22\.18 or newer\. This is Node 20\.\d+\.\d+, [^\n]*$/,
  )
  const hook = `import('arc-plugin-container-images').then(({ default: { deploy } }) => deploy.start({})).catch((error) => console.log(error.message + error.stack))`
  const { stdout } = await execa(old, ['--eval', hook], { cwd: directory })
  t.match(stdout, /^NODE_TOO_OLD: [^\n]*$/)
})

/** Stands in for Lambda's Runtime API, which a client tells that it cannot begin. */
const runtimeApi = createServer((_request, response) => void response.end())
runtimeApi.listen(0, '127.0.0.1')
await once(runtimeApi, 'listening')
t.teardown(() => runtimeApi.close())
const address = runtimeApi.address()
const port = typeof address === 'object' ? address?.port : undefined

/** How each program of the package is started, and what it then does; by its name. */
const programs: Readonly<
  Record<
    string,
    {
      readonly args: readonly string[]
      readonly options?: Options
      readonly does: { readonly exitCode?: number; readonly said?: RegExp }
    }
  >
> = {
  cli: { args: ['--version'], does: { said: /^\d+\.\d+\.\d+$/m } },
  'load-handler-child': {
    args: [join(work, 'handler.cjs'), 'handler'],
    options: { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
    does: { said: /"handler":"function"/ },
  },
  'node-client': {
    args: ['24'],
    options: {
      env: {
        _HANDLER: 'nothing.handler',
        LAMBDA_TASK_ROOT: work,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      },
    },
    does: { exitCode: 1, said: /Cannot find module/ },
  },
  // Where nothing can be mounted.
  supervisor: {
    args: [],
    options: { input: '{"layers":[],"mountPoint":"root","argv":[],"environment":{}}\n' },
    does: { said: /"kind":"unable"/ },
  },
  'docker-supervisor': { args: [], options: { input: '' }, does: {} },
  // No request is nothing that it can do.
  'unpack-packages-child': { args: [join(work, 'request.json')], does: { exitCode: 3 } },
}

t.test('every program that the package starts is a file of its own, and runs', async (t) => {
  const dist = join(work, 'old-node/node_modules/arc-plugin-container-images/dist')
  const entries = (await readdir(dist)).filter((name) => /^[a-z-]+\.js$/.test(name))
  const names = entries.map((name) => name.slice(0, -3)).toSorted()
  t.strictSame(names, [...Object.keys(programs), 'index', 'sandbox-preload'].toSorted())
  await writeFile(join(work, 'handler.cjs'), 'exports.handler = () => 1')
  await writeFile(join(work, 'request.json'), '[]')
  for (const [name, { args, options, does }] of Object.entries(programs)) {
    const ran = await execa(process.execPath, [join(dist, `${name}.js`), ...args], {
      cwd: work,
      env: { PATH: '/nowhere', ...options?.env },
      extendEnv: false,
      reject: false,
      timeout: 30_000,
      ...options,
    })
    const said = [...ran.stdio, ''].join('\n')
    t.equal(ran.exitCode, does.exitCode ?? 0, `${name}: ${said}`)
    if (does.said !== undefined) t.match(said, does.said, name)
  }
})

t.test('functions of the sandbox find packages through the package', async (t) => {
  const preload = join(
    work,
    'old-node/node_modules/arc-plugin-container-images/dist/sandbox-preload.js',
  )
  const image = join(work, 'image')
  await mkdir(join(image, 'node_modules/dep'), { recursive: true })
  await writeFile(join(image, 'node_modules/dep/index.js'), 'module.exports = "of the image"')
  const table = join(work, 'table.json')
  await writeFile(table, JSON.stringify({ [work]: [{ directory: image, names: ['dep'] }] }))
  const { stdout } = await execa(
    process.execPath,
    ['--import', pathToFileURL(preload).href, '--print', "require('dep')"],
    {
      cwd: work,
      env: { LAMBDA_TASK_ROOT: work, ARC_CONTAINER_IMAGES_SANDBOX: table },
      extendEnv: false,
    },
  )
  t.equal(stdout, 'of the image')
})

for (const { architect, node } of versions) {
  t.test(`a new app installs it and deploys with Architect ${architect}`, async (t) => {
    const directory = join(work, architect)
    await cp(fixture, directory, { recursive: true })
    await writeFile(join(directory, 'package.json'), '{ "private": true }')
    await plain(
      directory,
      'npm',
      'install',
      tarball,
      `@architect/architect@${architect}`,
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
    )
    const app = await openImageApp({ directory, base: { tag: node } })
    t.teardown(() => app.close())
    await app.edit('app.arc', (text) =>
      text
        .replace(/@plugins[^@]*/, '@plugins\narc-plugin-container-images\n\n')
        .replace('nodejs24.x', `nodejs${node}.x`),
    )
    await app.write(
      'uses-types.mts',
      `import plugin, { type DeployHookInput } from 'arc-plugin-container-images'
       export const start: (input: DeployHookInput) => Promise<void> = plugin.deploy.start
       // @ts-expect-error there is no such hook
       export const none: unknown = plugin.deploy.none
      `,
    )
    await t.resolves(
      plain(
        directory,
        join(root, 'node_modules/.bin/tsc'),
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--types',
        '',
        'uses-types.mts',
      ),
    )

    const options = {
      architect: directory,
      environment: { AWS_ENDPOINT_URL: app.aws.url.replace('127.0.0.1', 'localhost') },
      preload: join(root, 'test/stand-in/harness/resolve-localhost.mjs'),
    }
    const run = await app.deploy(options)
    t.equal(run.exitCode, 0, run.output)
    t.match(run.output, `Architect ${architect}`)
    t.match(run.output, /✓ Images small \(arm64\): base .* sent/)
    await expectDeployed(t, app)

    const again = await app.deploy(options)
    t.equal(again.exitCode, 0, again.output)
    t.strictSame(again.sent, [])

    await app.edit('app.arc', (text) => text.replace('nightly small', 'nightly smal'))
    const mistake = await app.deploy(options)
    t.equal(mistake.exitCode, 1)
    t.equal(
      mistake.output.split('IMAGE_FOLDER_MISSING: app.arc:').length,
      2,
      'the error is printed once',
    )
    t.notMatch(mistake.output, /^\s+at .*[:(]\d+/m, 'no stack trace')
  })
}
