import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

import fc from 'fast-check'
import { unpackTar } from 'modern-tar'
import t from 'tap'

import { imageLabels, layerParts } from '../../../../plugin/core/image/image-labels.ts'
import { resolveBaseImage } from '../../../../plugin/effects/base/base-image.ts'
import { bundleDigest } from '../../../../plugin/effects/bundle/bundle-digest.ts'
import { ensureLockfile } from '../../../../plugin/effects/dependencies/ensure-lockfile.ts'
import { settleDefinition } from '../../../../plugin/effects/dependencies/settle-definition.ts'
import { makeAppLayers } from '../../../../plugin/effects/embedded/make-app-layers.ts'
import { proveEmbedded } from '../../../../plugin/effects/embedded/prove-embedded.ts'
import { publishEmbedded } from '../../../../plugin/effects/embedded/publish-embedded.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { parseOciConfig } from '../../../../plugin/oci/config.ts'
import type { Descriptor } from '../../../../plugin/oci/descriptor.ts'
import { parseManifest } from '../../../../plugin/oci/manifest.ts'
import { platformOf } from '../../../../plugin/oci/platform.ts'
import type { Bundle, ImageFile } from '../../../../plugin/ports/bundle.ts'
import type { BaseImage } from '../../../../plugin/ports/base-image.ts'
import { pushBaseImage } from '../../../stand-in/inputs/base-image.ts'
import { plannedImage } from '../../../stand-in/inputs/planned-image.ts'
import { plantImage } from '../../../stand-in/inputs/plant-image.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'

const state = t.testdir({ registry: {}, docker: { img: { 'package.json': '{}' } } })
const registry = await startRegistry({ directory: join(state, 'registry'), lambdaRules: false })
t.teardown(() => registry.close())
const { reference } = await pushBaseImage({ registry })
const directory = join(state, 'docker/img')
const definition = { kind: 'package', directory, packageManager: 'npm' } as const
const { image } = await ensureLockfile(plannedImage({ base: reference, definition }), {
  cacheDirectory: state,
})
const app = (name: string) => openRepository({ uri: `${registry.host}/${name}` })

/** Text that compresses as little as code does. */
function textOf(seed: string, size: number): string {
  let text = ''
  for (let part = 0; text.length < size; part++)
    text += `${createHash('sha256').update(`${seed} ${part}`).digest('hex')} exports.handler = async () => \n`
  return text
}

function bundleOf(files: Readonly<Record<string, string>>): Bundle {
  const sorted = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const packed = sorted.map(([path, text]): ImageFile => {
    const source = { kind: 'bytes', bytes: Buffer.from(text) } as const
    return { path: `var/task/${path}`, source, executable: false }
  })
  return { files: packed, digest: bundleDigest(packed), notes: [] }
}

const code = Object.fromEntries(
  Array.from({ length: 200 }, (_, index) => [
    `http/get-item_${index}/index.cjs`,
    textOf(`${index}`, 8000),
  ]),
)
const changed = (index: number, word = 'changed') => {
  const path = `http/get-item_${index}/index.cjs`
  return bundleOf({ ...code, [path]: `${code[path]}// ${word}\n` })
}

async function inputOf(repository: string, bundle: Bundle, cacheDirectory: string, tag: string) {
  const base = await resolveBaseImage(reference, platformOf('arm64'), { cacheDirectory })
  const settled = await settleDefinition(image)
  const progress = () => undefined
  return {
    image,
    definition: settled,
    bundle,
    base,
    repository: app(repository),
    tag,
    cacheDirectory,
    progress,
  }
}

let uses = 0
async function publish(repository: string, bundle: Bundle, cacheDirectory: string) {
  const tag = `tag-${++uses}`
  const input = await inputOf(repository, bundle, cacheDirectory, tag)
  const from = registry.journal.length
  const published = await publishEmbedded(input)
  const journal = registry.journal.slice(from).map((each) => each.method)
  const count = (method: string) => journal.filter((each) => each === method).length
  const part = published.parts.find((each) => each.part === 'app')
  return { ...published, tag, input, count, app: part ?? { size: 0, sent: 0 } }
}

async function layersOf(repository: string, tag: string): Promise<readonly Descriptor[]> {
  const served = await registry.manifest(repository, tag)
  const manifest = parseManifest(served?.bytes ?? Buffer.alloc(0), served?.mediaType ?? '')
  const config = await registry.blob(repository, manifest.config.digest)
  const { config: described } = parseOciConfig(config ?? Buffer.alloc(0))
  t.ok(described?.Labels?.[imageLabels.parts])
  return layerParts(described?.Labels, manifest.layers)?.app ?? []
}

/** What the layers hold, laid on one another in their order. */
async function unpacked(
  bytes: readonly Uint8Array[],
): Promise<readonly (readonly [string, string])[]> {
  const files: (readonly [string, string])[] = []
  for (const layer of bytes)
    for (const { header, data } of await unpackTar(gunzipSync(layer)))
      if (header.type === 'file') files.push([header.name, Buffer.from(data ?? []).toString()])
  return files.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

const expected = (files: Readonly<Record<string, string>>) =>
  Object.entries(files)
    .map(([path, text]) => [`var/task/${path}`, text])
    .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))

const cache = join(state, 'cache')
const first = await publish('app', bundleOf(code), cache)

t.test('200 functions are in few layers, each file in one', async (t) => {
  const layers = await layersOf('app', first.tag)
  t.equal(layers.length, 20)
  const blobs = await Promise.all(layers.map(({ digest }) => registry.blob('app', digest)))
  t.strictSame(await unpacked(blobs.map((blob) => blob ?? Buffer.alloc(0))), expected(code))
  t.equal(first.app.sent, first.app.size)
})

t.test(
  'a changed line sends a tenth at most, and nothing else is packed or asked for',
  async (t) => {
    for (const index of [0, 7, 99, 150, 199]) {
      const before = new Set(await readdir(join(cache, 'layers')))
      const one = await publish('app', changed(index), cache)
      const packed = (await readdir(join(cache, 'layers'))).filter((name) => !before.has(name))
      t.equal(packed.length, 1)
      t.ok(one.app.sent <= one.app.size / 10, `${one.app.sent} of ${one.app.size}`)
      t.ok(one.app.sent > 0)
      // The one before was another function's: its layer is asked for, too, but not sent.
      t.ok(one.count('HEAD') <= 1, `${one.count('HEAD')} HEAD`)
      t.equal(one.count('PUT'), 3, 'layer, config, manifest')
    }
  },
)

t.test('a machine that knows nothing asks for each layer and sends one', async (t) => {
  const one = await publish('app', changed(3), join(state, 'fresh'))
  t.ok(one.app.sent <= one.app.size / 10)
  t.equal(one.count('PUT'), 3)
  const known = await publish('app', changed(3), cache)
  t.equal(known.app.sent, one.app.sent, 'asking whether it is there would take as long')
  t.equal(known.digest, one.digest, 'it is the same image')
})

t.test('a layer that the registry has lost is sent again', async (t) => {
  const one = await publish('lossy', bundleOf(code), cache)
  for (const { digest } of await layersOf('lossy', one.tag))
    await rm(join(state, 'registry/repositories/lossy/blobs', digest.slice('sha256:'.length)))
  const two = await publish('lossy', changed(1), cache)
  t.equal(two.app.sent, two.app.size)
  t.equal((await layersOf('lossy', two.tag)).length, 20)
})

t.test('a registry that refuses is told once, not for each layer', async (t) => {
  const denied = { kind: 'status', status: 403, code: 'DENIED', times: 100 } as const
  registry.inject({ ...denied, match: { method: 'POST', path: /\/refused\/blobs/ } })
  t.teardown(() => registry.heal())
  await t.rejects(publish('refused', bundleOf(code), cache), { code: 'REGISTRY_DENIED' })
})

t.test('a cached layer that was damaged or deleted is packed again', async (t) => {
  const folder = join(cache, 'layers')
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name))
    if (name.charCodeAt(0) % 2 === 0) await rm(join(folder, name))
    else await writeFile(join(folder, name), bytes.fill(7, 50, 60))
  }
  const one = await publish('mended', bundleOf(code), cache)
  t.equal(one.digest, first.digest)
  t.equal(one.app.sent, one.app.size)
})

t.test('what is under a tag is proven layer by layer', async (t) => {
  const prove = async (tag: string, cacheDirectory: string) => {
    const served = await app('app').getManifest(tag)
    if (served === undefined) throw new Error(`no ${tag}`)
    await proveEmbedded(await inputOf('app', bundleOf(code), cacheDirectory, tag), served)
  }
  await prove(first.tag, join(state, 'prover'))
  const unpackedThere = registry.journal.length
  await prove(first.tag, join(state, 'prover'))
  const again = registry.journal.slice(unpackedThere).map(({ path }) => path)
  t.notOk(
    again.some((path) => path.includes('/blobs/')),
    'nothing is fetched',
  )

  const same = { at: -9, change: (tar: Buffer) => tar }
  await plantImage(app('app'), { from: first.digest, tag: 'recompressed', layer: same })
  await t.resolves(prove('recompressed', cache), 'another zlib')
  const refused = { code: 'IMAGE_NOT_PROVEN', message: /its layer of app has other files/ }
  for (const at of [-1, -9, -20]) {
    const evil = (tar: Buffer) =>
      Buffer.from(tar.toString('latin1').replace('exports', 'exposed'), 'latin1')
    const layer = { at, change: evil }
    await plantImage(app('app'), { from: first.digest, tag: `evil${at}`, layer, lying: true })
    await t.rejects(prove(`evil${at}`, cache), refused)
  }
  const swapped = (manifest: Record<string, unknown>) => {
    const layers = [manifest['layers']].flat()
    return { ...manifest, layers: [...layers.slice(0, -2), layers.at(-1), layers.at(-2)] }
  }
  await plantImage(app('app'), { from: first.digest, tag: 'swapped', manifest: swapped })
  await t.rejects(prove('swapped', cache), refused)
  const less = (manifest: Record<string, unknown>) => ({
    ...manifest,
    layers: [manifest['layers']].flat().slice(0, -1),
  })
  await plantImage(app('app'), { from: first.digest, tag: 'less', manifest: less })
  await t.rejects(prove('less', cache), { message: /it has 19 layers on its base/ })
})

/** A base of so many layers; nothing else of it is read. */
const baseOf = (count: number): Pick<BaseImage, 'manifest'> => ({
  manifest: async () => {
    const { layers, ...rest } = await first.input.base.manifest()
    return { ...rest, layers: Array.from({ length: count }, () => layers.slice(0, 1)).flat() }
  },
})

t.test('an image never has more layers than can be mounted', async (t) => {
  const bundle = bundleOf(code)
  for (const [base, app] of [
    [6, 20],
    [87, 20],
    [90, 10],
    [105, 2],
    [120, 1],
  ] as const) {
    const made = await makeAppLayers({ base: baseOf(base), bundle, cacheDirectory: cache })
    t.equal(made.length, app, `on a base of ${base}`)
  }
})

t.test('whatever the files, the layers have each of them once', async (t) => {
  const folder = fc.nat(30).map((index) => `http/f${index}`)
  const name = fc.oneof(
    folder.chain((at) =>
      fc.constantFrom('index.cjs', 'lib/ä.js', 'data').map((end) => `${at}/${end}`),
    ),
    fc.constantFrom('model.bin', 'fonts/a.ttf', 'fonts/deep/er/b.ttf'),
  )
  const content = fc.oneof(
    fc.string({ maxLength: 50 }),
    fc.nat(30).map((seed) => textOf(`${seed}`, 60_000)),
  )
  const cacheDirectory = join(state, 'random')
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, content, { maxKeys: 40 }), async (files) => {
      const bundle = bundleOf(files)
      const made = await makeAppLayers({ base: baseOf(6), bundle, cacheDirectory })
      const bytes = await Promise.all(
        made.map(async (one) => {
          const facts = await one.facts()
          const layer = await one.layer()
          t.equal(layer.descriptor.digest, facts.digest)
          return buffer(layer.open())
        }),
      )
      return JSON.stringify(await unpacked(bytes)) === JSON.stringify(expected(files))
    }),
    { numRuns: 25 },
  )
})

t.test(
  'a file and a folder of one name are refused, in whichever layers they would be',
  async (t) => {
    const bundle = bundleOf({ ...code, http: 'a file' })
    await t.rejects(makeAppLayers({ base: baseOf(6), bundle, cacheDirectory: cache }), {
      code: 'LAYER_PATH_INVALID',
      message: /"var\/task\/http" is a file and a directory at once/,
    })
  },
)
