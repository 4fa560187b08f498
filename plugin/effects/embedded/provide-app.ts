import { join } from 'node:path'

import { allOf } from '../../core/basics/all-of.ts'
import { textsOf } from '../../core/basics/is-record.ts'
import { isCaused } from '../../errors.ts'
import { type Digest, digestOf, hexOf } from '../../oci/digest.ts'
import { stableJson } from '../../oci/stable-json.ts'
import type { Layer } from '../../ports/layer.ts'
import { cachedLayer, readRecord, writeRecord } from '../cache/layer-cache.ts'
import type { EmbeddedInput } from './embedded-input.ts'
import { makeAppLayers } from './make-app-layers.ts'
import { upload } from './uploads.ts'

/** One of the app's layers, packed; its bytes are at hand unless it is `trusted`. */
interface PackedLayer {
  readonly layer: Layer
  /**
   * What is known of it in the repository. `trusted`: its presence was remembered and is not asked
   * for; `new`: it was packed just now, in the place of one that this machine pushed.
   */
  readonly presence: 'trusted' | 'new' | 'unknown'
  /** The same, packed anew. */
  readonly write: () => Promise<Layer>
}

/** The app's layers on their way into the repository. */
export interface ProvidedApp {
  /** What they are, before they are sent. */
  readonly packed: Promise<readonly Layer[]>
  /** When all are there. */
  readonly sent: Promise<{
    /** Bytes. */
    readonly sent: number
    /** Layers whose presence was remembered and not asked for. */
    readonly trusted: readonly Digest[]
  }>
}

/** Up to here a blob is on its way in the time that asking for it takes. */
const soonSent = 1024 * 1024

/**
 * Packs and sends the layers that the repository does not have, each as soon as it is packed. Both
 * results fail alike and have to be awaited.
 * @param trust whether those of the image that this machine pushed last are believed to be there still
 */
export function provideApp(input: EmbeddedInput, trust: boolean): ProvidedApp {
  const { image, progress } = input
  const packing = startPacking(input, trust)
  const packed = packing.then(async (all) => (await allOf(all)).map(({ layer }) => layer))
  // Waits for all, and says a registry's refusal once, not for each layer.
  const sending = packing.then((all) => allOf(all.map((one) => sendPacked(one, input))))
  const sent = sending.then((all) => {
    progress({ image: image.name, step: 'layer', state: 'done', detail: 'app' })
    return {
      sent: all.reduce((sum, { sent: bytes }) => sum + bytes, 0),
      trusted: all.flatMap(({ trusted }) => trusted),
    }
  })
  return { packed, sent }
}

async function startPacking(
  input: EmbeddedInput,
  trust: boolean,
): Promise<readonly Promise<PackedLayer>[]> {
  const made = await makeAppLayers(input)
  const there = new Set(trust ? textsOf(await readRecord(pushedFile(input))) : [])
  return made.map(async (each): Promise<PackedLayer> => {
    const write = () => each.write()
    const known = await each.known()
    if (known !== undefined && there.has(known.digest))
      return { layer: cachedLayer(input.cacheDirectory, known), presence: 'trusted', write }
    const layer = await each.layer()
    const isNew = known === undefined && there.size > 0 && layer.descriptor.size <= soonSent
    return { layer, presence: isNew ? 'new' : 'unknown', write }
  })
}

async function sendPacked(
  packed: Promise<PackedLayer>,
  { image, repository, progress }: EmbeddedInput,
): Promise<{ readonly sent: number; readonly trusted: readonly Digest[] }> {
  const { layer, presence, write } = await packed
  const { descriptor } = layer
  if (presence === 'trusted') return { sent: 0, trusted: [descriptor.digest] }
  const send = async (one: Layer) => {
    const blob = { descriptor, open: () => one.open(), isNew: presence === 'new' }
    const report = { progress, image: image.name, part: 'app' }
    return { sent: await upload(repository, blob, report), trusted: [] }
  }
  try {
    return await send(layer)
  } catch (error) {
    if (!isCaused(error, 'LAYER_DAMAGED')) throw error
    const again = await write()
    // Another zlib had made it, so that what names it has to be made again, too.
    if (again.descriptor.digest !== descriptor.digest) throw error
    return await send(again)
  }
}

/** A registry keeps every blob that one of its manifests names: the next deploy need not ask. */
export async function rememberApp(input: EmbeddedInput, layers: readonly Layer[]): Promise<void> {
  const digests = layers.map(({ descriptor }): Digest => descriptor.digest)
  await writeRecord(input.cacheDirectory, pushedFile(input), digests)
}

function pushedFile({ image, repository, cacheDirectory }: EmbeddedInput): string {
  const { name, architecture } = image
  const key = digestOf(stableJson([repository.uri, name, architecture]))
  return join(cacheDirectory, 'pushed', `${hexOf(key)}.json`)
}
