import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { unpackTar } from 'modern-tar'

import type { RegistryStandIn } from '../../test/stand-in/registry/index.ts'
import type { Sources } from './app.ts'
import type { PushedImage } from './peer.ts'

/** What the judge needs to know of a layer. */
interface LayerFacts {
  readonly code?: string
  /** Its version. */
  readonly tslib?: string
}

/** By the layer's digest; layers are read once. */
export type SeenLayers = Map<string, LayerFacts>

const code = /^var\/task\/(?:http\/any-catchall|any-search)\/index\.c?js$/
const tslib = 'var/task/node_modules/tslib/package.json'

/** Throws unless the registry serves what was to be built: a fast wrong answer would count. */
export async function judgeImage(
  registry: Pick<RegistryStandIn, 'manifest' | 'blob'>,
  { repository, reference }: PushedImage,
  wanted: { readonly sources: Sources; readonly base: readonly string[] },
  seen: SeenLayers,
): Promise<void> {
  const served = await registry.manifest(repository, reference)
  if (served === undefined) throw new Error(`${repository}:${reference} is not in the registry`)
  const { config, layers } = JSON.parse(served.bytes.toString())
  if (config === undefined) throw new Error(`${repository}:${reference} is ${served.mediaType}`)
  const bytes = await registry.blob(repository, config.digest)
  const { architecture, rootfs } = JSON.parse(bytes?.toString() ?? '{}')
  if (architecture !== 'arm64') throw new Error(`${repository}:${reference} is for ${architecture}`)
  // A config may say arm64 above a base of another processor.
  const base = rootfs.diff_ids.slice(0, wanted.base.length)
  if (base.join() !== wanted.base.join()) throw new Error(`${repository} is on another base`)
  let found: LayerFacts = {}
  for (const { digest } of layers.slice(wanted.base.length)) {
    const layer = seen.get(digest) ?? (await readLayer(await registry.blob(repository, digest)))
    seen.set(digest, layer)
    found = { ...found, ...layer }
  }
  if (found.code?.includes(wanted.sources.line) !== true)
    throw new Error(`${repository}:${reference} does not have the line '${wanted.sources.line}'`)
  if (found.tslib !== wanted.sources.tslib)
    throw new Error(`${repository}:${reference} has tslib ${found.tslib}`)
}

/** The layers of an image, uncompressed, for arm64. */
export async function baseDiffIds(
  registry: Pick<RegistryStandIn, 'manifest' | 'blob'>,
  repository: string,
  tag: string,
): Promise<readonly string[]> {
  const parse = (bytes: Uint8Array | undefined) => JSON.parse(Buffer.from(bytes ?? []).toString())
  const index = parse((await registry.manifest(repository, tag))?.bytes)
  const own = index.manifests.find(
    ({ platform }: { platform: { architecture: string } }) => platform.architecture === 'arm64',
  )
  const manifest = parse((await registry.manifest(repository, own.digest))?.bytes)
  return parse(await registry.blob(repository, manifest.config.digest)).rootfs.diff_ids
}

async function readLayer(blob: Buffer | undefined): Promise<LayerFacts> {
  const tar = Readable.from([blob ?? Buffer.alloc(0)]).pipe(createGunzip())
  const entries = await unpackTar(Readable.toWeb(tar), {
    filter: ({ name }) => name === tslib || code.test(name),
  })
  const text = (matches: (name: string) => boolean): string | undefined => {
    const data = entries.find(({ header }) => matches(header.name))?.data
    return data === undefined ? undefined : Buffer.from(data).toString()
  }
  const [found, manifest] = [text((name) => code.test(name)), text((name) => name === tslib)]
  return {
    ...(found === undefined ? {} : { code: found }),
    ...(manifest === undefined ? {} : { tslib: String(JSON.parse(manifest).version) }),
  }
}
