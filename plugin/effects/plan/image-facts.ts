import { readTaggedLayers } from '../../core/dependencies/tagged-layers.ts'
import type { ImageFacts } from '../../core/report/deploy-plan.ts'
import type { PackageVersions } from '../../core/report/package-changes.ts'
import { imageLabels, layerParts } from '../../core/image/image-labels.ts'
import { dependenciesTag } from '../../core/image/tag.ts'
import type { PlannedImage } from '../../core/model.ts'
import { type OciConfig, parseOciConfig } from '../../oci/config.ts'
import { totalSize } from '../../oci/descriptor.ts'
import { type Digest, isDigest } from '../../oci/digest.ts'
import { kindOf, parseManifest } from '../../oci/manifest.ts'
import { lambdaArchitectureOf } from '../../oci/platform.ts'
import type { Repository } from '../../ports/repository.ts'
import { dependencyFingerprint } from '../dependencies/dependency-fingerprint.ts'
import { type Definition, readDefinition } from '../dependencies/definition.ts'

/** What an image in the repository is made of; `undefined` when it is not there. */
export async function readFacts(
  repository: Repository,
  reference: string,
): Promise<ImageFacts | undefined> {
  const served = await repository.getManifest(reference)
  if (served === undefined || kindOf(served.mediaType) === 'index') return undefined
  const { config, layers } = parseManifest(served.bytes, served.mediaType)
  const described = parseOciConfig(await repository.getBlob(config))
  const labels = described.config?.Labels
  const size = totalSize(layers)
  const parts = layerParts(labels, layers)
  if (parts === undefined) return { digest: served.digest, size }
  const base = labels?.[imageLabels.base]
  const bundle = labels?.[imageLabels.bundle]
  const packages = await livePackages(repository, described)
  return {
    digest: served.digest,
    size,
    ...(base !== undefined && { base }),
    ...(bundle !== undefined && { bundle }),
    dependencies: parts.dependencies[0]?.digest ?? 'none',
    ...(packages !== undefined && { packages }),
  }
}

/** The record of an image's packages is under a tag of its own, which its label leads to. */
async function livePackages(
  repository: Repository,
  { architecture, config }: OciConfig,
): Promise<PackageVersions | undefined> {
  const name = config?.Labels?.[imageLabels.image]
  const fingerprint = config?.Labels?.[imageLabels.dependencies]
  const machine = lambdaArchitectureOf(architecture)
  if (name === undefined || machine === undefined || !isDigest(fingerprint)) return undefined
  const tag = dependenciesTag({ name, architecture: machine }, fingerprint)
  const served = await repository.getManifest(tag)
  return served && readTaggedLayers(served)?.record?.direct
}

/** The same of an image that is still to be made; what only a build can tell is absent. */
export async function plannedFacts(
  image: PlannedImage,
  bundle: Digest,
  repository: Repository | undefined,
  base: () => Promise<string | undefined>,
): Promise<ImageFacts> {
  if (image.definition.kind !== 'package') return {}
  const definition = await readDefinition(image)
  const dependencies = await plannedDependencies(image, definition, repository)
  const found = await base()
  const packages = lockedVersions(definition)
  return { ...(found !== undefined && { base: found }), bundle, dependencies, packages }
}

/** What the lockfile has for the names of package.json, less what is not for every machine. */
function lockedVersions({ direct, optionalDirect, lockfile }: Definition): PackageVersions {
  const versions = [...direct, ...optionalDirect].flatMap((name) => {
    const found = (lockfile?.packages ?? []).filter((one) => one.name === name)
    const top = found.find(({ place }) => place === `node_modules/${name}`) ?? found[0]
    return top?.version === undefined ? [] : [[name, top.version] as const]
  })
  return Object.fromEntries(versions)
}

async function plannedDependencies(
  image: PlannedImage,
  { empty }: Definition,
  repository: Repository | undefined,
): Promise<string> {
  if (empty) return 'none'
  const tag = dependenciesTag(image, await dependencyFingerprint(image))
  const served = await repository?.getManifest(tag)
  if (served === undefined) return 'to be installed'
  return parseManifest(served.bytes, served.mediaType).layers[0]?.digest ?? 'none'
}
