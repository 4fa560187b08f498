import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import t from 'tap'

import { parsePragmas } from '../../../../plugin/core/arc/pragma.ts'
import { planSandbox } from '../../../../plugin/core/plan/sandbox-images.ts'
import { createConsole } from '../../../../plugin/effects/architect/console.ts'
import { readImageFolders } from '../../../../plugin/effects/architect/read-image-folders.ts'
import { providePackages } from '../../../../plugin/effects/sandbox/provide-packages.ts'

const work = await realpath(await mkdtemp(join(tmpdir(), 'provide-packages-')))
t.teardown(() => rm(work, { recursive: true, force: true }))
const directory = join(work, 'app')
await cp(join(import.meta.dirname, '../../../fixtures/apps/greeter'), directory, {
  recursive: true,
})
const greet = {
  pragma: 'http',
  metadataPragma: 'http',
  name: 'get /',
  source: join(directory, 'src/http/get-index'),
  handler: 'index.handler',
  architecture: 'arm64',
  runtime: 'nodejs24.x',
  transpiled: false,
  staticAssetProxy: false,
}
const app = {
  name: 'greeter',
  directory,
  manifest: 'app.arc',
  raw: '@container-images\nget / small\n',
  arc: {},
  functions: [greet],
}
const here = { architecture: 'x86_64', nodeVersion: 24 } as const
const options = {
  appDirectory: directory,
  cacheDirectory: join(work, 'cache'),
  console: createConsole({ quiet: true }),
}

async function planned() {
  const { images } = planSandbox(app, parsePragmas(app), await readImageFolders(directory), here)
  const [first] = images
  if (first === undefined) throw new Error('an image is flagged')
  return first
}

async function giveApp(version: string): Promise<void> {
  const folder = join(directory, 'node_modules/tiny')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'tiny', version }))
}

t.test('the functions of an image are known by their folders', async (t) => {
  t.strictSame((await planned()).sources, [greet.source])
})

t.test('packages are installed once', async (t) => {
  const { image } = await planned()
  const first = await providePackages(image, options)
  t.match(first, { names: ['tiny'] })
  t.ok(first?.directory.startsWith(options.cacheDirectory))
  t.strictSame(await providePackages(image, options), first)
})

t.test('what omit leaves out of the image is not found here either', async (t) => {
  const { image } = await planned()
  const omitting = { ...image, settings: { ...image.settings, omit: ['tiny'] } }
  t.equal(await providePackages(omitting, options), undefined)
})

t.test('an app that has the very same needs none, and another version does', async (t) => {
  const { image } = await planned()
  await giveApp('1.0.0')
  t.equal(await providePackages(image, options), undefined)
  await giveApp('2.0.0')
  t.match(await providePackages(image, options), { names: ['tiny'] })
})
