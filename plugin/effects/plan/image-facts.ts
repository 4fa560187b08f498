import { reachedPackages } from '../../core/dependencies/passed-over.ts'
import { readTaggedLayers } from '../../core/dependencies/tagged-layers.ts'
import type { ImageFacts } from '../../core/report/deploy-plan.ts'
import type { ListedPackages } from '../../core/report/package-changes.ts'
import { imageLabels, layerParts } from '../../core/image/image-labels.ts'
import { dependenciesTag } from '../../core/image/tag.ts'
import { fitsPlatform, type LockedPackage } from '../../core/natives/locked-packages.ts'
import type { PlannedImage } from '../../core/model.ts'
import { parseOciConfig } from '../../oci/config.ts'
import { type Descriptor, totalSize } from '../../oci/descriptor.ts'
import type { Digest } from '../../oci/digest.ts'
import { kindOf, parseManifest } from '../../oci/manifest.ts'
import type { Repository } from '../../ports/repository.ts'
import { dependencyFingerprint } from '../dependencies/dependency-fingerprint.ts'
import { type Definition, readDefinition } from '../dependencies/definition.ts'
import { packagesOf, recordedPackages } from '../dependencies/recorded-packages.ts'
import { readOwnRecord } from '../embedded/make-dependencies.ts'

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
  const packages = await recordedPackages(repository, described)
  return {
    digest: served.digest,
    size,
    ...(base !== undefined && { base }),
    ...(bundle !== undefined && { bundle }),
    dependencies: digestsOf(parts.dependencies),
    ...(packages !== undefined && { packages }),
  }
}

/** The same of an image that is still to be made; what only a build can tell is absent. */
export async function plannedFacts(
  image: PlannedImage,
  bundle: Digest,
  {
    repository,
    cacheDirectory,
    base,
  }: {
    readonly repository: Repository | undefined
    readonly cacheDirectory: string
    readonly base: () => Promise<string | undefined>
  },
): Promise<ImageFacts> {
  if (image.definition.kind !== 'package') return {}
  const definition = await readDefinition(image)
  const found = await base()
  const known = { ...(found !== undefined && { base: found }), bundle }
  if (definition.empty) return { ...known, dependencies: 'none', packages: { named: [], all: [] } }
  const fingerprint = await dependencyFingerprint(image)
  const served = await repository?.getManifest(dependenciesTag(image, fingerprint))
  const tagged = served && readTaggedLayers(served)
  const record = tagged?.record ?? (await readOwnRecord({ cacheDirectory, fingerprint }))
  return {
    ...known,
    dependencies: tagged === undefined ? 'to be installed' : digestsOf(tagged.layers),
    packages: record === undefined ? lockedPackages(image, definition) : packagesOf(record),
  }
}

function digestsOf(layers: readonly Descriptor[]): string {
  return layers.map(({ digest }) => digest).join(' ') || 'none'
}

/** What the lockfile has for the platform, whose bytes nobody knows yet. */
function lockedPackages(image: PlannedImage, definition: Definition): ListedPackages {
  const { direct, optionalDirect, lockfile } = definition
  const locked = lockfile?.packages ?? []
  const names = [...direct, ...optionalDirect]
  const named = names.flatMap((name) => {
    const found = locked.filter((one) => one.name === name)
    return found.find(({ place }) => place === `node_modules/${name}`) ?? found[0] ?? []
  })
  // Only npm's lockfile tells which package another one gets.
  if (definition.manager !== 'npm') return { named: listed(named) }
  const all = [...reachedPackages(locked, names, image.settings.omit)].filter((one) =>
    fitsPlatform(one, image.architecture),
  )
  return { named: listed(named), all: listed(all) }
}

function listed(packages: readonly LockedPackage[]): ListedPackages['named'] {
  return packages.flatMap(({ name, version }) => (version === undefined ? [] : { name, version }))
}
