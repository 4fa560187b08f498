import { join } from 'node:path'

import { textsOf } from '../../core/basics/is-record.ts'
import { isCaused } from '../../errors.ts'
import { type Digest, digestOf, hexOf } from '../../oci/digest.ts'
import { stableJson } from '../../oci/stable-json.ts'
import type { Layer } from '../../ports/layer.ts'
import { cachedLayer, readRecord, writeRecord } from '../cache/layer-cache.ts'
import type { EmbeddedInput } from './embedded-input.ts'
import { type AppLayer, makeAppLayers } from './make-app-layers.ts'
import { upload } from './uploads.ts'

/** The app's layers, all of them in the repository. */
export interface ProvidedApp {
  readonly layers: readonly Layer[]
  /** Bytes. */
  readonly sent: number
  /** Layers whose presence was remembered and not asked for. */
  readonly trusted: readonly Digest[]
}

/**
 * Packs and sends the layers that the repository does not have.
 * @param trust whether those of the image that this machine pushed last are believed to be there still
 */
export async function provideApp(input: EmbeddedInput, trust: boolean): Promise<ProvidedApp> {
  const { image, cacheDirectory, progress } = input
  const made = await makeAppLayers(input)
  const there = new Set(trust ? textsOf(await readRecord(pushedFile(input))) : [])
  const providing = made.map(async (each) => {
    const known = await each.known()
    if (known !== undefined && there.has(known.digest))
      return { layer: cachedLayer(cacheDirectory, known), sent: 0, isTrusted: true }
    return { ...(await send(each, input)), isTrusted: false }
  })
  // Waits for all, and says a registry's refusal once, not for each layer.
  await Promise.allSettled(providing)
  const provided = await Promise.all(providing)
  progress({ image: image.name, step: 'layer', state: 'done', detail: 'app' })
  return {
    layers: provided.map(({ layer }) => layer),
    sent: provided.reduce((sum, { sent }) => sum + sent, 0),
    trusted: provided.flatMap(({ layer, isTrusted }) => (isTrusted ? layer.descriptor.digest : [])),
  }
}

/** A registry keeps every blob that one of its manifests names: the next deploy need not ask. */
export async function rememberApp(
  input: EmbeddedInput,
  { layers }: Pick<ProvidedApp, 'layers'>,
): Promise<void> {
  const digests = layers.map(({ descriptor }) => descriptor.digest)
  await writeRecord(input.cacheDirectory, pushedFile(input), digests)
}

/** A cached file that turns out to be damaged is never sent whole; it is packed again, once. */
async function send(
  each: AppLayer,
  { image, repository, progress }: EmbeddedInput,
): Promise<{ readonly layer: Layer; readonly sent: number }> {
  const sendLayer = async (layer: Layer) => {
    const blob = { descriptor: layer.descriptor, open: () => layer.open() }
    return {
      layer,
      sent: await upload(repository, blob, { progress, image: image.name, part: 'app' }),
    }
  }
  try {
    return await sendLayer(await each.layer())
  } catch (error) {
    if (!isCaused(error, 'LAYER_DAMAGED')) throw error
    return await sendLayer(await each.write())
  }
}

function pushedFile({ image, repository, cacheDirectory }: EmbeddedInput): string {
  const { name, architecture } = image
  const key = digestOf(stableJson([repository.uri, name, architecture]))
  return join(cacheDirectory, 'pushed', `${hexOf(key)}.json`)
}
