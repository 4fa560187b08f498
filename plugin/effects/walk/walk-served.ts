import { isBuiltin } from 'node:module'
import { join } from 'node:path'

import { inServedEnvironment } from '../../core/walk/walked-environment.ts'
import { refusal } from '../../core/walk/refusal.ts'
import { entryPath, walkImage } from '../../core/walk/walk-image.ts'
import { hexOf } from '../../oci/digest.ts'
import { parseManifest } from '../../oci/manifest.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'
import type { Repository } from '../../ports/repository.ts'
import { readRecord, writeRecord } from '../cache/layer-cache.ts'
import { readConfig } from '../cache/read-by-digest.ts'
import { imageLayers } from '../image/image-layers.ts'
import { judgeWalk } from './judge-walk.ts'
import { servedTree } from './served-tree.ts'

/**
 * Walks what Docker built, which nobody knew before: an embedded image was walked when it was made.
 * What was walked is remembered by its digest; a refused image is walked again.
 * @throws ContainerImageError MODULE_MISSING, MODULE_UNLOADABLE
 */
export function createWalkServed(options: {
  readonly repository: () => Promise<Repository>
  readonly cacheDirectory: string
}) {
  const { cacheDirectory } = options
  return async (verified: VerifiedImage): Promise<VerifiedImage> => {
    const { image, bundle, pushed, entryPoint } = verified
    const isNode = image.language === undefined || image.language === 'node'
    if (image.definition.kind !== 'dockerfile' || !isNode || pushed === undefined) return verified
    const record = join(cacheDirectory, 'walks', `${hexOf(pushed.served.digest)}.json`)
    const environments = JSON.stringify(image.functions.map(({ environment }) => environment))
    if ((await readRecord(record)) === environments) return verified

    const repository = await options.repository()
    const manifest = parseManifest(pushed.served.bytes, pushed.served.mediaType)
    const config = await readConfig(repository, manifest, { cacheDirectory })
    const tree = await servedTree(imageLayers(manifest, config, { repository, cacheDirectory }))
    const functions = image.functions.filter(
      ({ folder }) => tree.kind(entryPath(folder)) === 'file',
    )
    const served = inServedEnvironment(
      { ...image, functions },
      config.config?.Env ?? [],
      entryPoint,
    )
    const { problems, notes } = await judgeWalk(
      { image, bundle, builder: 'dockerfile' },
      tree,
      walkImage(tree, served, isBuiltin),
    )
    const error = refusal(problems)
    if (error !== undefined) throw error
    await writeRecord(cacheDirectory, record, environments).catch(() => undefined)
    return { ...verified, notes: [...verified.notes, ...notes] }
  }
}
