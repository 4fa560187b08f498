import type { DependencyRecord } from '../../core/dependencies/dependency-record.ts'
import type { TaggedLayer } from '../../core/dependencies/tagged-layer.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import type { Repository } from '../../ports/repository.ts'
import { uncompressedDigest } from '../layer/uncompressed-digest.ts'
import { makeDependencies, type MakeOptions, readOwnRecord } from './make-dependencies.ts'

/** Whether somebody who is trusted has taken this layer for these packages before. */
export type Vouches = (record: DependencyRecord) => Promise<boolean>

/** Takes nobody's word: what this machine has not made is held against an install. */
export const nobody: Vouches = async () => false

/** For the previews' repository: who may write it may deploy a preview anyway. */
export const anybody: Vouches = async () => true

/**
 * What a layer of packages under a tag is worth. Its annotations are whatever its pusher wrote, so
 * they count only if they claim these very packages and `vouches` agrees. Else the layer is held
 * against the one that this machine makes, by uncompressed bytes where the compressed ones differ:
 * equal definitions give equal ones, whatever zlib it was.
 * @param tagged absent: what the tag names is no layer of packages
 * @returns the record to go by
 * @throws ContainerImageError DEPENDENCIES_NOT_PROVEN, and what installing throws
 */
export async function proveDependencies(
  tagged: TaggedLayer | undefined,
  options: MakeOptions & {
    readonly repository: Repository
    readonly tag: string
    readonly vouches: Vouches
  },
): Promise<DependencyRecord> {
  const { image, repository, tag, vouches, fingerprint } = options
  const own = await readOwnRecord(options)
  const claimed = tagged?.record
  if (own === undefined && claimed?.fingerprint === fingerprint && (await vouches(claimed)))
    return claimed
  const record = own ?? (await makeDependencies(options)).record
  if (tagged !== undefined && (await isSameLayer(record.layer, tagged.layer, repository))) {
    const { digest, size } = tagged.layer
    return { ...record, layer: { ...record.layer, digest, size } }
  }
  const name = repository.uri.slice(repository.uri.indexOf('/') + 1)
  throw new ContainerImageError(
    'DEPENDENCIES_NOT_PROVEN',
    `${repository.uri}:${tag} holds other files than the packages of docker/${image.name} are, so they were not taken. ` +
      'Find out who pushed it (PutImage in CloudTrail), and remove it: ' +
      `'aws ecr batch-delete-image --repository-name ${name} --image-ids imageTag=${tag}'. Then deploy again.`,
  )
}

/** By the compressed bytes, else by what they unpack to. */
export async function isSameLayer(
  own: LayerFacts,
  served: Descriptor,
  repository: Repository,
): Promise<boolean> {
  if (own.digest === served.digest) return own.size === served.size
  return (await uncompressedDigest(served, repository, own.uncompressedSize)) === own.diffId
}
