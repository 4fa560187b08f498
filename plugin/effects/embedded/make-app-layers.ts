import { join } from 'node:path'
import pLimit from 'p-limit'

import { parseLayerFacts } from '../../core/dependencies/dependency-record.ts'
import { appLayers, mostAppLayers } from '../../core/image/app-layers.ts'
import { digestOf, hexOf } from '../../oci/digest.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import { orderLayer } from '../../oci/layer-order.ts'
import { stableJson } from '../../oci/stable-json.ts'
import type { BaseImage } from '../../ports/base-image.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import type { Layer } from '../../ports/layer.ts'
import { bundleDigest } from '../bundle/bundle-digest.ts'
import { findLayer, readRecord, writeRecord } from '../cache/layer-cache.ts'
import { sizeOf } from '../layer/layer-entry.ts'
import { writeLayer } from '../layer/layer-writer.ts'
import type { EmbeddedInput } from './embedded-input.ts'
import { factsOf } from './lambda-layers.ts'

/** Raised when the same files would give another layer than before. */
const formatVersion = 1
/** Layers that an image may have, of which Docker and OCI runtimes mount no more. */
const mostLayers = 127
/** Kept free for packages, whatever number of layers they come to. */
const mostDependencyLayers = 20

/** One of an app's layers; packed when it is first needed. */
export interface AppLayer {
  /** What it is, if these very files were packed here before. */
  known(): Promise<LayerFacts | undefined>
  /** What it is, known or packed. */
  facts(): Promise<LayerFacts>
  /** With its bytes at hand. */
  layer(): Promise<Layer>
  /** The same, packed anew. */
  write(): Promise<Layer>
}

/** Packed at once, over all images: each holds a few MiB and keeps several threads busy. */
const packing = pLimit(2)

/**
 * The layers of an image's own files; what was packed here before costs no packing.
 * @throws ContainerImageError LAYER_PATH_INVALID
 */
export async function makeAppLayers(
  input: Pick<EmbeddedInput, 'bundle' | 'cacheDirectory' | 'lambdaLayers'> & {
    readonly base: Pick<BaseImage, 'manifest'>
  },
): Promise<readonly AppLayer[]> {
  const { base, bundle, cacheDirectory, lambdaLayers = [] } = input
  // A file and a folder of one name would hide each other, in whichever layers they are.
  orderLayer(bundle.files)
  const below = (await base.manifest()).layers.length + lambdaLayers.length + mostDependencyLayers
  const most = Math.max(1, Math.min(mostAppLayers, mostLayers - below))
  return appLayers(bundle.files, sizeOf, most).map((files) => appLayer(files, cacheDirectory))
}

function appLayer(files: readonly ImageFile[], cacheDirectory: string): AppLayer {
  const key = digestOf(stableJson([formatVersion, bundleDigest(files)]))
  const record = join(cacheDirectory, 'app-layers', `${hexOf(key)}.json`)
  const known = async (): Promise<LayerFacts | undefined> =>
    parseLayerFacts(await readRecord(record))
  const write = (): Promise<Layer> =>
    packing(async () => {
      const layer = await writeLayer(files, { cacheDirectory })
      await writeRecord(cacheDirectory, record, factsOf(layer))
      return layer
    })
  return {
    known,
    facts: async () => (await known()) ?? factsOf(await write()),
    async layer() {
      const facts = await known()
      return (facts && (await findLayer(cacheDirectory, facts))) ?? (await write())
    },
    write,
  }
}
