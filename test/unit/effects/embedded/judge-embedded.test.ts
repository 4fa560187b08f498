import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { readImageSettings } from '../../../../plugin/core/arc/read-settings.ts'
import type { ImageSettings, PlannedImage } from '../../../../plugin/core/model.ts'
import { resolveBaseImage } from '../../../../plugin/effects/base/base-image.ts'
import { ensureLockfile } from '../../../../plugin/effects/dependencies/ensure-lockfile.ts'
import { settleDefinition } from '../../../../plugin/effects/dependencies/settle-definition.ts'
import { judgeEmbedded } from '../../../../plugin/effects/embedded/judge-embedded.ts'
import { publishEmbedded } from '../../../../plugin/effects/embedded/publish-embedded.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { platformOf } from '../../../../plugin/oci/platform.ts'
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
const base = 'public.ecr.aws/lambda/nodejs:24'

async function judge(
  test: Test,
  code: string,
  dependencies: Readonly<Record<string, string>>,
  more: {
    readonly settings?: Partial<ImageSettings>
    readonly manifest?: object
    readonly source?: string
    readonly environment?: Readonly<Record<string, unknown>>
    readonly mayInstall?: boolean
  } = {},
) {
  const folder = test.testdir({
    'package.json': JSON.stringify({ name: 'db', dependencies, ...more.manifest }),
    '.npmrc': `registry=${npm.url}\n`,
    'app.ts': more.source ?? '',
  })
  const cacheDirectory = join(root, 'cache')
  const planned = imageOf(folder, more.settings, more.environment)
  const { image } = await ensureLockfile(planned, { cacheDirectory })
  return judgeEmbedded(
    { image, bundle: { ...bundleOf(code), ownSources: [join(folder, 'app.ts')] } },
    {
      definition: await settleDefinition(image),
      cacheDirectory,
      progress: () => {},
      mayInstall: more.mayInstall ?? true,
      findRepository: async () => undefined,
    },
  )
}

function imageOf(
  directory: string,
  settings: Partial<ImageSettings> = {},
  environment: Readonly<Record<string, unknown>> = {},
): PlannedImage {
  return {
    name: 'db',
    architecture: 'arm64',
    nodeVersion: 24,
    base,
    definition: { kind: 'package', directory, packageManager: 'npm' },
    settings: { ...readImageSettings(), ...settings },
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
        environment,
      },
    ],
  }
}

function bundleOf(code: string) {
  const path = 'var/task/http/get-index/index.cjs'
  const source = { kind: 'bytes' as const, bytes: Buffer.from(code) }
  const askedBy = new Map([['aws-sdk', 'src/http/get-index/index.ts']])
  return {
    files: [{ path, source, executable: false }],
    digest: digestOf(code),
    externals: [],
    askedBy,
    notes: [],
  }
}

t.test('what loads passes without a word', async (t) => {
  t.strictSame(await judge(t, "require('sound')", { sound: '1.0.0' }), [])
})

t.test(
  'an external that neither image nor base has is refused, and nothing installed',
  async (t) => {
    const installs = join(root, 'cache', 'installs')
    const before = existsSync(installs)
    await t.rejects(judge(t, "require('aws-sdk')", {}), {
      code: 'MODULE_MISSING',
      message:
        /src\/http\/get-index\/index\.ts loads 'aws-sdk'.*put aws-sdk into docker\/db\/package\.json/,
    })
    t.equal(existsSync(installs), before)
    t.strictSame(await judge(t, "require('@aws-sdk/client-s3')", {}), [])
  },
)

t.test(
  'a package that requires an ES module is refused, unless the function allows it',
  async (t) => {
    const dependencies = { 'asks-modern': '1.0.0' }
    await t.rejects(judge(t, "require('asks-modern')", dependencies), {
      code: 'MODULE_UNLOADABLE',
      message:
        /asks-modern@1\.0\.0 \(node_modules\/asks-modern\/index\.js:2\) loads 'modern'.*NODE_OPTIONS=--experimental-require-module/,
    })
    const environment = { NODE_OPTIONS: '--experimental-require-module' }
    t.strictSame(await judge(t, "require('asks-modern')", dependencies, { environment }), [])
  },
)

t.test(
  'drivers that are not used are one note; the one that the app names is needed',
  async (t) => {
    const code = "require('orm')"
    const dependencies = { orm: '3.0.0' }
    const note = /orm@3\.0\.0 \(.*\) loads 'pg', 'my' only when it is used; not in the image/
    t.match(await judge(t, code, dependencies), [note])
    const named = await judge(t, code, dependencies, {
      source: "const kind: string = process.env.KIND ? 'pg' : 'my' // 'pg'\nopen(kind)",
    })
    t.match(named, [note], 'the environment chooses')
    const source = "import { open } from 'orm'; open({ client: 'pg' } as object)"
    await t.rejects(judge(t, code, dependencies, { source }), {
      code: 'MODULE_MISSING',
      message: /loads 'pg'.*Put pg into docker\/db\/package\.json/,
    })
  },
)

t.test('a package whose install script fetches or makes files is refused', async (t) => {
  const wants = (name: string) => judge(t, `require('${name}')`, { [name]: '1.0.0' })
  await t.rejects(wants('fetcher'), {
    code: 'INSTALL_SCRIPT_NEEDED',
    message:
      /fetcher@1\.0\.0 .*'node install\.js'.*arc-images dockerfile db.*'scripts-not-needed fetcher'/,
  })
  await t.rejects(wants('generator'), {
    code: 'SEVERAL_FAILED',
    message: /MODULE_MISSING: .*'\.made\/client'.*'node make'[^]*INSTALL_SCRIPT_NEEDED: generator/,
  })
  t.strictSame(await wants('greeter'), [])
  t.strictSame(await wants('prebuilt'), [], 'its native file is there')
  const settings = { scriptsNotNeeded: ['fetcher'] }
  t.strictSame(await judge(t, "require('fetcher')", { fetcher: '1.0.0' }, { settings }), [])
  await t.rejects(judge(t, "require('sound')", { sound: '1.0.0' }, { settings }), {
    message: /scripts-not-needed of image 'db' names fetcher/,
  })
})

t.test("scripts of the image's own package.json are refused by name", async (t) => {
  const with_ = (manifest: object) => judge(t, "require('sound')", { sound: '1.0.0' }, { manifest })
  await t.rejects(with_({ scripts: { postinstall: 'patch-package' } }), {
    code: 'DEPENDENCIES_INVALID',
    message: /the script postinstall \('patch-package'\).*pnpm patch/,
  })
  await t.rejects(with_({ scripts: { install: 'node build.js' } }), {
    message: /the script install/,
  })
  t.strictSame(await with_({ scripts: { test: 'node test.js' } }), [])
})

t.test('a dry run says what it cannot know', async (t) => {
  const other = "require('sound/index.js')"
  const notes = await judge(t, other, { sound: '1.0.0' }, { mayInstall: false })
  t.strictSame(notes, [], 'the install is at hand')
  const settings = { omit: ['prebuilt'] }
  const more = { settings, mayInstall: false }
  t.match(await judge(t, "require('sound')", { sound: '1.0.0', prebuilt: '1.0.0' }, more), [
    /what its packages load is not known before they are installed/,
  ])
})

t.test('what a layer was seen to load is not installed again on a fresh machine', async (t) => {
  const { reference } = await pushBaseImage({ registry })
  const folder = t.testdir({
    'package.json': JSON.stringify({ dependencies: { sound: '1.0.0' } }),
    '.npmrc': `registry=${npm.url}\n`,
  })
  const cacheDirectory = join(root, 'first')
  const { image } = await ensureLockfile(imageOf(folder), { cacheDirectory })
  const repository = openRepository({ uri: `${registry.host}/app` })
  const bundle = bundleOf("require('sound')")
  const definition = await settleDefinition(image)
  await publishEmbedded({
    image,
    definition,
    bundle,
    base: await resolveBaseImage(reference, platformOf('arm64'), { cacheDirectory }),
    repository,
    tag: 'one',
    cacheDirectory,
    progress: () => {},
  })
  const fresh = {
    definition,
    cacheDirectory: join(root, 'fresh'),
    progress: () => {},
    mayInstall: true,
    findRepository: async () => repository,
  }
  await judgeEmbedded({ image, bundle }, fresh)
  t.notOk(existsSync(join(root, 'fresh', 'installs')))
  await judgeEmbedded({ image, bundle: bundleOf("require('sound/package.json')") }, fresh)
  t.ok(existsSync(join(root, 'fresh', 'installs')), 'another file of it has to be looked at')
})
