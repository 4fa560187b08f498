import { imageLabels, layerParts } from '../../core/image/image-labels.ts'
import { servedSizes, type SizedLayer, type SizedPart } from '../../core/contents/image-sizes.ts'
import { inParallel } from '../../core/basics/in-parallel.ts'
import { kindOf, parseManifest } from '../../oci/manifest.ts'
import type { Repository } from '../../ports/repository.ts'
import { readConfig } from '../cache/read-by-digest.ts'
import { imageLayers } from '../image/image-layers.ts'
import { leastUncompressedSize } from '../layer/uncompressed-size.ts'

/**
 * What an image in a repository holds, by its layers; of the base's own only their sizes are asked,
 * where a label tells which they are. `undefined` when it is not there.
 * @throws ContainerImageError IMAGE_LAYERS_UNFIT, REGISTRY_*
 */
export async function servedParts(
  repository: Repository,
  reference: string,
  options: { readonly cacheDirectory: string },
): Promise<readonly SizedPart[] | undefined> {
  const served = await repository.getManifest(reference)
  if (served === undefined || kindOf(served.mediaType) === 'index') return undefined
  const manifest = parseManifest(served.bytes, served.mediaType)
  const config = await readConfig(repository, manifest, options)
  const labels = config.config?.Labels
  const bases = new Set(layerParts(labels, manifest.layers)?.base.map(({ digest }) => digest))
  const name = (labels?.[imageLabels.base] ?? 'base').replace(/@.*$/, '')
  const layers = imageLayers(manifest, config, { repository, ...options })
  const read = manifest.layers.map(async (descriptor, index): Promise<SizedLayer> => {
    if (bases.has(descriptor.digest))
      return { kind: 'base', name, bytes: await leastUncompressedSize(descriptor, repository) }
    return { kind: 'read', entries: (await layers[index]?.entries()) ?? [] }
  })
  return servedSizes(await inParallel(read, (one) => one))
}
