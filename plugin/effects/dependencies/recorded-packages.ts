import type { DependencyRecord } from '../../core/dependencies/dependency-record.ts'
import { readTaggedLayers } from '../../core/dependencies/tagged-layers.ts'
import { imageLabels } from '../../core/image/image-labels.ts'
import { dependenciesTag } from '../../core/image/tag.ts'
import type { ListedPackages } from '../../core/report/package-changes.ts'
import type { OciConfig } from '../../oci/config.ts'
import { isDigest } from '../../oci/digest.ts'
import { lambdaArchitectureOf } from '../../oci/platform.ts'
import type { Repository } from '../../ports/repository.ts'

/**
 * The packages of an image of the embedded builder, by the record that is under a tag of its own,
 * which the image's label leads to. It is told to the user and decides nothing.
 * @returns undefined for an image without packages, and where the record is gone
 */
export async function recordedPackages(
  repository: Repository,
  { architecture, config }: OciConfig,
): Promise<ListedPackages | undefined> {
  const name = config?.Labels?.[imageLabels.image]
  const fingerprint = config?.Labels?.[imageLabels.dependencies]
  const machine = lambdaArchitectureOf(architecture)
  if (name === undefined || machine === undefined || !isDigest(fingerprint)) return undefined
  const tag = dependenciesTag({ name, architecture: machine }, fingerprint)
  const served = await repository.getManifest(tag)
  const record = served && readTaggedLayers(served)?.record
  return record && packagesOf(record)
}

/** Records of older versions tell those that the image names, and no bytes. */
export function packagesOf({ direct, layers, leftOut }: DependencyRecord): ListedPackages {
  const all = layers.flatMap(({ packages }) => packages)
  return {
    named: Object.entries(direct).map(([name, version]) => ({ name, version })),
    ...(layers.every(({ key }) => key !== undefined) && { all }),
    leftOut: leftOut.map((one) => one.package),
  }
}
