import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import t from 'tap'

import { readImageSettings } from '../../../../plugin/core/settings/read-settings.ts'
import type { ImageSettings, PlannedImage } from '../../../../plugin/core/model.ts'
import { resolveBaseImage } from '../../../../plugin/effects/base/base-image.ts'
import { ensureLockfile } from '../../../../plugin/effects/dependencies/ensure-lockfile.ts'
import { settleDefinition } from '../../../../plugin/effects/dependencies/settle-definition.ts'
import { judgeEmbedded } from '../../../../plugin/effects/embedded/judge-embedded.ts'
import { publishEmbedded } from '../../../../plugin/effects/embedded/publish-embedded.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { platformOf } from '../../../../plugin/oci/platform.ts'
import type { Bundle } from '../../../../plugin/ports/bundle.ts'
import { pushBaseImage } from '../../../stand-in/inputs/base-image.ts'
import { elfFile } from '../../../stand-in/inputs/elf-file.ts'
import { startNpmRegistry } from '../../../stand-in/registry/npm-registry.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'

const fetching = {
  'install.js':
    "require('https').get('https://example.com/tool', (from) => from.pipe(require('fs').createWriteStream('tool')))",
}
const npm = await startNpmRegistry([
  { manifest: { name: 'sound', version: '1.0.0' }, files: { 'index.js': "require('fs')" } },
  {
    manifest: { name: 'modern', version: '2.0.0', type: 'module', exports: './index.js' },
    files: { 'index.js': 'export default 1' },
  },
  {
    manifest: { name: 'asks-modern', version: '1.0.0', dependencies: { modern: '2.0.0' } },
    files: { 'index.js': "\nconst modern = require('modern')" },
  },
  {
    manifest: { name: 'orm', version: '3.0.0' },
    files: { 'index.js': "exports.open = (name) => name === 'pg' ? require('pg') : require('my')" },
  },
  {
    manifest: { name: 'fetcher', version: '1.0.0', scripts: { install: 'node install.js' } },
    files: { 'index.js': "module.exports = require('path').join(__dirname, 'tool')", ...fetching },
  },
  {
    manifest: { name: 'generator', version: '1.0.0', scripts: { postinstall: 'node make' } },
    files: {
      'index.js': "module.exports = require('.made/client')",
      'make.js': "require('fs').writeFileSync('../.made/client.js', '')",
    },
  },
  {
    manifest: { name: 'greeter', version: '1.0.0', scripts: { postinstall: 'node greet' } },
    files: { 'index.js': '', 'greet.js': "console.log('Thank you')" },
  },
  {
    manifest: {
      name: 'prebuilt',
      version: '1.0.0',
      scripts: { install: 'node install.js' },
      optionalDependencies: { 'prebuilt-linux-arm64': '1.0.0' },
    },
    files: { 'index.js': '', ...fetching },
  },
  {
    manifest: { name: 'prebuilt-linux-arm64', version: '1.0.0', os: ['linux'], cpu: ['arm64'] },
    files: { 'a.node': elfFile({ machine: 'arm64', versions: ['GLIBC_2.17'] }) },
  },
])
const registry = await startRegistry()
t.teardown(() => Promise.all([npm.close(), registry.close()]))

const root = t.testdir()

const cacheDirectory = join(root, 'cache')

/** An image folder with its lockfile: installing takes npm a second, so tests share two of them. */
async function openImage(name: string, dependencies: Readonly<Record<string, string>>) {
  const directory = join(root, name)
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'package.json'), JSON.stringify({ name, dependencies }))
  await writeFile(join(directory, '.npmrc'), `registry=${npm.url}\n`)
  const { image } = await ensureLockfile(imageOf(directory), { cacheDirectory })
  return { image, definition: await settleDefinition(image) }
}

const whole = await openImage('whole', {
  sound: '1.0.0',
  'asks-modern': '1.0.0',
  orm: '3.0.0',
  greeter: '1.0.0',
  prebuilt: '1.0.0',
})
const scripted = await openImage('scripted', { fetcher: '1.0.0', generator: '1.0.0' })

async function judge(
  { image, definition }: typeof whole,
  code: string,
  more: {
    readonly settings?: Partial<ImageSettings>
    readonly sources?: readonly string[]
    readonly environment?: Readonly<Record<string, unknown>>
    readonly mayInstall?: boolean
  } = {},
) {
  const { settings = {}, environment = {}, sources = [], mayInstall = true } = more
  const functions = image.functions.map((one) => ({ ...one, environment }))
  return judgeEmbedded(
    {
      image: { ...image, functions, settings: { ...image.settings, ...settings } },
      bundle: bundleOf(code, sources),
    },
    {
      definition,
      cacheDirectory,
      progress: () => {},
      mayInstall,
      findRepository: async () => undefined,
    },
  )
}

function imageOf(directory: string): PlannedImage {
  return {
    name: 'db',
    architecture: 'arm64',
    nodeVersion: 24,
    base: 'public.ecr.aws/lambda/nodejs:24',
    definition: { kind: 'package', directory, packageManager: 'npm' },
    settings: readImageSettings(),
    functions: [
      {
        logicalId: 'Index',
        pragma: 'http',
        name: 'get /',
        folder: 'http/get-index',
        sourceDirectory: '/app/src/http/get-index',
        entryFile: '/app/src/http/get-index/index.js',
        handlerExport: 'handler',
        command: 'http/get-index/index.handler',
        environment: {},
      },
    ],
  }
}

function bundleOf(code: string, sources: readonly string[] = []): Bundle {
  const path = 'var/task/http/get-index/index.cjs'
  const source = { kind: 'bytes' as const, bytes: Buffer.from(code) }
  const sdk = { to: 'aws-sdk', specifier: 'aws-sdk', kind: 'require-call', external: true }
  const entry = 'src/http/get-index/index.ts'
  return {
    files: [{ path, source, executable: false }],
    digest: digestOf(code),
    inputs: [
      { path: entry, into: {}, file: `/app/${entry}`, imports: [sdk] },
      ...sources.map((file) => ({ path: basename(file), into: {}, file, imports: [] })),
    ],
    notes: [],
  }
}

t.test(
  'an external that neither image nor base has is refused, and nothing installed',
  async (t) => {
    await t.rejects(judge(whole, "require('aws-sdk')"), {
      code: 'MODULE_MISSING',
      message:
        /src\/http\/get-index\/index\.ts loads 'aws-sdk'.*put aws-sdk into docker\/db\/package/,
    })
    t.strictSame(await judge(whole, "require('@aws-sdk/client-s3')"), [])
    const unknown = /what its packages load is not known before they are installed/
    t.match(await judge(whole, "require('sound')", { mayInstall: false }), [unknown])
    t.notOk(existsSync(join(cacheDirectory, 'installs')))
  },
)

t.test('what loads passes without a word', async (t) => {
  t.strictSame(await judge(whole, "require('sound')"), [])
  t.strictSame(await judge(whole, "require('sound/index.js')", { mayInstall: false }), [])
})

t.test(
  'a package that requires an ES module is refused, unless the function allows it',
  async (t) => {
    await t.rejects(judge(whole, "require('asks-modern')"), {
      code: 'MODULE_UNLOADABLE',
      message:
        /asks-modern@1\.0\.0 \(node_modules\/asks-modern\/index\.js:2\) loads 'modern'.*NODE_OPTIONS=--experimental-require-module/,
    })
    const environment = { NODE_OPTIONS: '--experimental-require-module' }
    t.strictSame(await judge(whole, "require('asks-modern')", { environment }), [])
  },
)

t.test(
  'drivers that are not used are one note; the one that the app names is needed',
  async (t) => {
    const folder = t.testdir({
      'chosen.ts': "const kind: string = process.env.KIND ? 'pg' : 'my' // 'pg'\nopen(kind)",
      'named.ts': "import { open } from 'orm'; open({ client: 'pg' } as object)",
    })
    const code = "require('orm')"
    const note = /orm@3\.0\.0 \(.*\) loads 'pg', 'my' only when it is used; not in the image/
    t.match(await judge(whole, code), [note])
    const chosen = await judge(whole, code, { sources: [join(folder, 'chosen.ts')] })
    t.match(chosen, [note], 'the environment chooses')
    await t.rejects(judge(whole, code, { sources: [join(folder, 'named.ts')] }), {
      code: 'MODULE_MISSING',
      message: /loads 'pg'.*Put pg into docker\/db\/package\.json/,
    })
  },
)

t.test('a package whose install script fetches or makes files is refused', async (t) => {
  await t.rejects(judge(scripted, "require('fetcher')"), {
    code: 'INSTALL_SCRIPT_NEEDED',
    message:
      /fetcher@1\.0\.0 .*'node install\.js'.*arc-images dockerfile db.*'scripts-not-needed fetcher'[^]*generator@1/,
  })
  const settings = { scriptsNotNeeded: ['fetcher', 'generator'] }
  t.strictSame(await judge(scripted, "require('fetcher')", { settings }), [])
  await t.rejects(judge(scripted, "require('generator')", { settings }), {
    code: 'MODULE_MISSING',
    message: /'\.made\/client'.*'node make'/,
  })
  t.strictSame(await judge(whole, "require('greeter')"), [])
  t.strictSame(await judge(whole, "require('prebuilt')"), [], 'its native file is there')
  await t.rejects(judge(whole, "require('sound')", { settings }), {
    message: /scripts-not-needed of image 'db' names fetcher/,
  })
})

t.test('what a layer was seen to load is not installed again on a fresh machine', async (t) => {
  const { reference } = await pushBaseImage({ registry })
  const { image, definition } = await openImage('plain', { sound: '1.0.0' })
  const repository = openRepository({ uri: `${registry.host}/app` })
  const bundle = bundleOf("require('sound')")
  const shared = { definition, progress: () => {} }
  await publishEmbedded({
    ...shared,
    image,
    bundle,
    base: await resolveBaseImage(reference, platformOf('arm64'), { cacheDirectory }),
    repository,
    tag: 'one',
    cacheDirectory,
  })
  const fresh = {
    ...shared,
    cacheDirectory: join(root, 'fresh'),
    mayInstall: true,
    findRepository: async () => repository,
  }
  await judgeEmbedded({ image, bundle }, fresh)
  t.notOk(existsSync(join(root, 'fresh', 'installs')))
  await judgeEmbedded({ image, bundle: bundleOf("require('sound/package.json')") }, fresh)
  t.ok(existsSync(join(root, 'fresh', 'installs')), 'another file of it has to be looked at')
})
