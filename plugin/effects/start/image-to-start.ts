import { layerParts } from '../../core/image/image-labels.ts'
import { parseManifest } from '../../oci/manifest.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { Repository, ServedManifest } from '../../ports/repository.ts'
import { readConfig } from '../cache/read-by-digest.ts'
import { imageLayers } from '../image/image-layers.ts'
import type { ImageToStart } from '../runners/runner.ts'

/** An image that a repository serves, for a runner; no layer is read yet. */
export async function readImageToStart(
  { bytes, mediaType }: ServedManifest,
  architecture: LambdaArchitecture,
  from: { readonly repository: Repository; readonly cacheDirectory: string },
): Promise<ImageToStart> {
  const manifest = parseManifest(bytes, mediaType)
  const config = await readConfig(from.repository, manifest, from)
  const parts = layerParts(config.config?.Labels, manifest.layers)
  return {
    layers: imageLayers(manifest, config, from),
    // Of an image that Docker built nobody knows which layers are the base's; the topmost has the
    // functions, as a rule, and changes most.
    groups: parts
      ? [parts.base.length, parts.dependencies.length, parts.app.length]
      : [manifest.layers.length - 1, 1],
    config,
    architecture,
  }
}
