import type { ImageFacts } from '../../core/report/deploy-plan.ts'
import { imageLabels, layerParts } from '../../core/image/image-labels.ts'
import { dependenciesTag } from '../../core/image/tag.ts'
import type { PlannedImage } from '../../core/model.ts'
import { parseOciConfig } from '../../oci/config.ts'
import { totalSize } from '../../oci/descriptor.ts'
import type { Digest } from '../../oci/digest.ts'
import { kindOf, parseManifest } from '../../oci/manifest.ts'
import type { Repository } from '../../ports/repository.ts'
import { dependencyFingerprint } from '../dependencies/dependency-fingerprint.ts'
import { readDefinition } from '../dependencies/definition.ts'

/** What an image in the repository is made of; `undefined` when it is not there. */
export async function readFacts(
  repository: Repository,
  reference: string,
): Promise<ImageFacts | undefined> {
  const served = await repository.getManifest(reference)
  if (served === undefined || kindOf(served.mediaType) === 'index') return undefined
  const { config, layers } = parseManifest(served.bytes, served.mediaType)
  const labels = parseOciConfig(await repository.getBlob(config)).config?.Labels
  const size = totalSize(layers)
  const parts = layerParts(labels, layers)
  if (parts === undefined) return { digest: served.digest, size }
  const base = labels?.[imageLabels.base]
  const bundle = labels?.[imageLabels.bundle]
  return {
    digest: served.digest,
    size,
    ...(base !== undefined && { base }),
    ...(bundle !== undefined && { bundle }),
    dependencies: parts.dependencies[0]?.digest ?? 'none',
  }
}

/** The same of an image that is still to be made; what only a build can tell is absent. */
export async function plannedFacts(
  image: PlannedImage,
  bundle: Digest,
  repository: Repository | undefined,
  base: () => Promise<string | undefined>,
): Promise<ImageFacts> {
  if (image.definition.kind !== 'package') return {}
  const dependencies = await plannedDependencies(image, repository)
  const found = await base()
  return { ...(found !== undefined && { base: found }), bundle, dependencies }
}

async function plannedDependencies(
  image: PlannedImage,
  repository: Repository | undefined,
): Promise<string> {
  if ((await readDefinition(image)).empty) return 'none'
  const tag = dependenciesTag(image, await dependencyFingerprint(image))
  const served = await repository?.getManifest(tag)
  if (served === undefined) return 'to be installed'
  return parseManifest(served.bytes, served.mediaType).layers[0]?.digest ?? 'none'
}
