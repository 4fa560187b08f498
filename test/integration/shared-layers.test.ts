import t from 'tap'

import { largePackage } from '../../plugin/core/dependencies/group-packages.ts'
import { parseManifest } from '../../plugin/oci/manifest.ts'
import { deployedGreeting } from '../stand-in/assertions/deployed-greeting.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { startNpmRegistry } from '../stand-in/registry/npm-registry.ts'

const repository = 'greeter-lambda-images'
const twoDays = 2 * 24 * 60 * 60 * 1000

const weights = Buffer.alloc(largePackage, 'weights')
const tiny = { 'index.js': 'module.exports = (text) => text.toUpperCase()\n' }
const npm = await startNpmRegistry([
  { manifest: { name: 'model', version: '1.0.0' }, files: { 'weights.bin': weights } },
  { manifest: { name: 'tiny', version: '1.0.0' }, files: tiny },
  { manifest: { name: 'tool', version: '1.0.0' }, files: { 'index.js': 'exports.is = 1\n' } },
])
const app = await openImageApp({ aws: { lambdaRules: false } })
t.teardown(() => Promise.all([npm.close(), app.close()]))
t.testdir()

async function define(image: string, dependencies: Readonly<Record<string, string>>) {
  await app.mkdir(`docker/${image}`)
  await app.write(`docker/${image}/package.json`, JSON.stringify({ dependencies }))
  await app.write(`docker/${image}/.npmrc`, `registry=${npm.url}\n`)
}

const flag = (image: string) =>
  app.edit('app.arc', (text) =>
    text.replaceAll(/^(get \/greet\/:name|scheduled nightly) \w+$/gm, `$1 ${image}`),
  )

/** Digests of the layers of an image's packages, and whether the registry has each. */
async function packageLayers(image: string) {
  const tag = (await app.tags()).find((name) => name.startsWith(`deps-${image}-`)) ?? ''
  const served = await app.aws.registry.manifest(repository, tag)
  if (served === undefined) throw new Error(`${image} has no layers of packages`)
  return parseManifest(served.bytes, served.mediaType).layers.map(({ digest }) => digest)
}

async function areThere(digests: readonly string[]): Promise<readonly boolean[]> {
  const found = digests.map((digest) => app.aws.registry.blob(repository, digest))
  return (await Promise.all(found)).map((blob) => blob !== undefined)
}

t.test(
  'gc takes the image of a stack that is gone, and no layer that another image has',
  async (t) => {
    await app.edit('app.arc', (text) => text.replace('define GREETING', 'define GREETING\nkeep 1'))
    await define('writer', { model: '1.0.0', tiny: '1.0.0', tool: '1.0.0' })
    await define('reader', { model: '1.0.0', tiny: '1.0.0' })
    await flag('writer')
    const production = await app.deploy({ args: ['deploy', '--production', '--no-hydrate'] })
    t.equal(production.exitCode, 0, production.output)
    await flag('reader')
    const staging = await app.deploy()
    t.equal(staging.exitCode, 0, staging.output)
    const writer = await packageLayers('writer')
    const reader = await packageLayers('reader')
    t.equal(writer.length, 2)
    t.equal(reader[0], writer[0], 'the large package is the same layer')
    t.not(reader[1], writer[1])

    const gone = app.aws.stack('GreeterProduction')
    if (gone === undefined) throw new Error('no stack')
    gone.status = 'DELETE_COMPLETE'
    for (const [key, at] of Object.entries(app.aws.state.pushed))
      app.aws.state.pushed[key] = at - twoDays
    const look = await runArcImages(app, ['gc', '--stack', 'GreeterProduction'])
    t.match(look.stdout, /^image +writer-arm64-[^]*Would remove 1 image/m)
    const taken = await runArcImages(app, ['gc', '--yes', '--stack', 'GreeterProduction'])
    t.match(taken, { exitCode: 0, stdout: /Removed 1 image/ })
    t.strictSame(await areThere(writer), [true, true], 'their record is kept by another rule')
    const rest = await runArcImages(app, ['gc', '--yes'])
    t.match(rest.stdout, /^image +deps-writer-arm64-[^]*Removed 1 image/m)
    t.strictSame(await areThere(writer), [true, false])
    t.strictSame(await areThere(reader), [true, true])
    t.match(await app.tags(), [/^deps-reader-/, /^reader-/])

    t.equal(await deployedGreeting(app, 'GreeterStaging', t.testdirName), 'Hello ADA')
    const same = await app.deploy()
    t.strictSame(same.sent, [], same.output)
  },
)
