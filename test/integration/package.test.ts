import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

import { execa } from 'execa'
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
