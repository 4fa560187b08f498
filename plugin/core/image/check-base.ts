import { ContainerImageError } from '../../errors.ts'
import type { OciConfig } from '../../oci/config.ts'
import type { Manifest } from '../../oci/manifest.ts'
import { count } from '../basics/count.ts'
import type { PlannedImage } from '../model.ts'
import { compressionOf } from './compression.ts'

/** A base as its registry describes it, before anything of it is sent. */
export interface DescribedBase {
  /** As the user wrote it. */
  readonly reference: string
  readonly manifest: Manifest
  readonly config: OciConfig
}

/**
 * What Lambda would refuse in every image that is made from a base.
 * @throws ContainerImageError BASE_UNFIT
 */
export function checkBase({ reference, manifest, config }: DescribedBase): void {
  const foreign = manifest.layers.find(({ mediaType }) => !isGzip(mediaType))
  if (foreign !== undefined) {
    throw unfit(reference, `its layer ${foreign.digest} is of type ${foreign.mediaType}`)
  }
  const [layers, told] = [manifest.layers.length, config.rootfs.diff_ids.length]
  if (layers !== told) throw unfit(reference, countFault(layers, told))
}

/** Media types are labels too. @throws ContainerImageError BASE_UNFIT */
export function checkCompression(reference: string, layer: string, head: Uint8Array): void {
  const seen = compressionOf(head)
  if (seen !== 'gzip') throw unfit(reference, `its layer ${layer} says gzip and is ${seen}`)
}

/** Of an image that is there already. @throws ContainerImageError IMAGE_LAYERS_UNFIT */
export function checkLayerCount(
  { name, definition, base }: PlannedImage,
  uri: string,
  { layers }: Manifest,
  { rootfs }: OciConfig,
): void {
  if (layers.length === rootfs.diff_ids.length) return
  const todo =
    definition.kind === 'dockerfile'
      ? `See which image docker/${name}/Dockerfile starts from.`
      : `See whether its base ${base} has the same fault.`
  throw new ContainerImageError(
    'IMAGE_LAYERS_UNFIT',
    `${uri}: ${countFault(layers.length, rootfs.diff_ids.length)}, so Lambda could not put it together. ${todo}`,
  )
}

function isGzip(mediaType: string): boolean {
  return mediaType.endsWith('.gzip') || mediaType.endsWith('+gzip')
}

function countFault(layers: number, told: number): string {
  return `it has ${count(layers, 'layer')}, and its config tells of ${told} (rootfs.diff_ids)`
}

function unfit(reference: string, seen: string): ContainerImageError {
  return new ContainerImageError(
    'BASE_UNFIT',
    `The base ${reference} cannot be used: ${seen}. Lambda takes gzip layers that the config lists in full. Nothing was sent. Choose another base, or push it again with gzip layers.`,
  )
}
