import { isBuiltin } from 'node:module'

import { inServedEnvironment } from '../../core/walk/walked-environment.ts'
import { refusal } from '../../core/walk/refusal.ts'
import { entryPath, walkImage } from '../../core/walk/walk-image.ts'
import { parseManifest } from '../../oci/manifest.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'
import type { Repository, ServedManifest } from '../../ports/repository.ts'
import { readConfig } from '../cache/read-by-digest.ts'
import { imageLayers } from '../image/image-layers.ts'
import { judgeWalk } from './judge-walk.ts'
import { servedTree } from './served-tree.ts'

/**
 * Follows the code of an image from a Dockerfile, through its layers.
 * @returns what should be said to the user
 * @throws ContainerImageError MODULE_MISSING, MODULE_UNLOADABLE
 */
export async function walkBuilt(
  { image, bundle, entryPoint }: VerifiedImage,
  served: ServedManifest,
  from: { readonly repository: Repository; readonly cacheDirectory: string },
): Promise<readonly string[]> {
  const manifest = parseManifest(served.bytes, served.mediaType)
  const config = await readConfig(from.repository, manifest, from)
  const tree = await servedTree(imageLayers(manifest, config, from))
  const functions = image.functions.filter(({ folder }) => tree.kind(entryPath(folder)) === 'file')
  const { Env = [] } = config.config ?? {}
  const inEnvironment = inServedEnvironment({ ...image, functions }, Env, entryPoint)
  const { problems, notes } = await judgeWalk(
    { image, bundle, builder: 'dockerfile' },
    tree,
    walkImage(tree, inEnvironment, isBuiltin),
  )
  const error = refusal(problems)
  if (error !== undefined) throw error
  return notes
}
