import type { ArchivedEntry } from '../../core/image/archived-entry.ts'
import { isSystemError } from '../../core/basics/system-error.ts'
import { ContainerImageError, isCaused } from '../../errors.ts'
import type { OciConfig } from '../../oci/config.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import type { Digest } from '../../oci/digest.ts'
import type { Manifest } from '../../oci/manifest.ts'
import type { Repository } from '../../ports/repository.ts'
import { keepLayer } from '../cache/keep-layer.ts'
import { findLayer } from '../cache/layer-cache.ts'
import { knownEntries, rememberEntries } from '../layer/known-entries.ts'

/** A layer of an image that a repository has. */
export interface ImageLayer {
  readonly diffId: Digest
  /** Compressed bytes. */
  readonly size: number
  /** What it holds; read once, then remembered by its digest. */
  entries(): Promise<readonly ArchivedEntry[]>
  /** Whether its bytes are in the cache. */
  isKept(): Promise<boolean>
  /** Its compressed bytes: from the cache, else fetched and kept there. */
  open(): AsyncIterable<Uint8Array>
}

/** The layers of an image, the lowest first; nothing is read yet. */
export function imageLayers(
  { layers }: Manifest,
  { rootfs }: OciConfig,
  from: { readonly repository: Repository; readonly cacheDirectory: string },
): readonly ImageLayer[] {
  return layers.flatMap((descriptor, index) => {
    const diffId = rootfs.diff_ids[index]
    return diffId === undefined ? [] : [imageLayer(descriptor, diffId, from)]
  })
}

const reading = new Map<string, Promise<readonly ArchivedEntry[]>>()

function imageLayer(
  descriptor: Descriptor,
  diffId: Digest,
  { repository, cacheDirectory }: Parameters<typeof imageLayers>[2],
): ImageLayer {
  const { digest, size } = descriptor
  const facts = { diffId, digest, size, uncompressedSize: 0 }

  async function* open(): AsyncGenerator<Uint8Array, void> {
    const kept = await findLayer(cacheDirectory, facts)
    yield* kept?.open() ?? keepLayer(repository.openBlob(descriptor), facts, cacheDirectory)
  }

  async function read(): Promise<readonly ArchivedEntry[]> {
    const known = await knownEntries(cacheDirectory, digest)
    if (known !== undefined) return known
    const entries = await indexAgain().catch((cause: unknown) => {
      const isOwn = cause instanceof ContainerImageError || isSystemError(cause)
      throw isOwn ? cause : unreadable(descriptor, cause)
    })
    await rememberEntries(cacheDirectory, digest, entries).catch(() => undefined)
    return entries
  }

  /** A kept layer that was damaged is gone by the time at which that is known: then it is fetched. */
  async function indexAgain(): Promise<readonly ArchivedEntry[]> {
    const { indexLayer } = await import('../layer/index-layer.ts')
    try {
      return await indexLayer(open())
    } catch (error) {
      if (!isCaused(error, 'LAYER_DAMAGED')) throw error
      return await indexLayer(open())
    }
  }

  return {
    diffId,
    size,
    isKept: async () => (await findLayer(cacheDirectory, facts)) !== undefined,
    open,
    // Images of one deploy share their layers.
    entries() {
      const key = `${cacheDirectory} ${digest}`
      const shared = reading.get(key) ?? read().finally(() => reading.delete(key))
      reading.set(key, shared)
      return shared
    },
  }
}

function unreadable({ digest, mediaType }: Descriptor, cause: unknown): ContainerImageError {
  const seen = cause instanceof Error ? cause.message : String(cause)
  return new ContainerImageError(
    'IMAGE_LAYERS_UNFIT',
    `The layer ${digest} says that it is ${mediaType} and cannot be read as one: ${seen}. Lambda could not unpack it. Look at what pushed it, and which base it comes from.`,
    { cause },
  )
}
