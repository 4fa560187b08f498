import { inParallel } from '../../core/basics/in-parallel.ts'
import type { DependencyRecord } from '../../core/dependencies/dependency-record.ts'
import type { TaggedLayers } from '../../core/dependencies/tagged-layers.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import type { Repository } from '../../ports/repository.ts'
import { uncompressedDigest } from '../layer/uncompressed-digest.ts'
import { makeDependencies, type MakeOptions, readOwnRecord } from './make-dependencies.ts'
import type { Vouches } from './vouches.ts'

/**
 * What layers of packages under a tag are worth. Their annotations are whatever their pusher wrote,
 * so they count only if they claim these very packages and `vouches` agrees. Else each layer is held
 * against the one that this machine makes, by uncompressed bytes where the compressed ones differ:
 * equal definitions give equal ones, whatever zlib it was.
 * @param tagged absent: what the tag names is no image of layers
 * @returns the record to go by
 * @throws ContainerImageError DEPENDENCIES_NOT_PROVEN, and what installing throws
 */
export async function proveDependencies(
  tagged: TaggedLayers | undefined,
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
  const layers = tagged && (await inTheirCompression(record.layers, tagged.layers, repository))
  if (layers !== undefined) return { ...record, layers }
  const name = repository.uri.slice(repository.uri.indexOf('/') + 1)
  throw new ContainerImageError(
    'DEPENDENCIES_NOT_PROVEN',
    `${repository.uri}:${tag} holds other files than the packages of docker/${image.name} are, so they were not taken. ` +
      'Find out who pushed it (PutImage in CloudTrail), and remove it: ' +
      `'aws ecr batch-delete-image --repository-name ${name} --image-ids imageTag=${tag}'. Then deploy again.`,
  )
}

/**
 * Our own layers with the digests that they have in a registry, where each is the same.
 * @returns undefined for any that has other files, is missing, is too much or is elsewhere
 */
export async function inTheirCompression<Facts extends LayerFacts>(
  own: readonly Facts[],
  served: readonly Descriptor[],
  repository: Repository,
): Promise<readonly Facts[] | undefined> {
  if (own.length !== served.length) return undefined
  const layers = await inParallel([...own.entries()], async ([at, layer]) => {
    const theirs = served[at]
    const isSame = theirs !== undefined && (await isSameLayer(layer, theirs, repository))
    return isSame ? { ...layer, digest: theirs.digest, size: theirs.size } : undefined
  })
  const same = layers.filter((layer) => layer !== undefined)
  return same.length === own.length ? same : undefined
}

/** By the compressed bytes, else by what they unpack to. */
async function isSameLayer(
  own: LayerFacts,
  served: Descriptor,
  repository: Repository,
): Promise<boolean> {
  if (own.digest === served.digest) return own.size === served.size
  return (await uncompressedDigest(served, repository, own.uncompressedSize)) === own.diffId
}
