import pLimit from 'p-limit'

import type { Descriptor } from '../../oci/descriptor.ts'
import type { Digest } from '../../oci/digest.ts'
import type { ProgressEvent, Progress, Repository } from '../../ports.ts'

/** Blobs in flight at once, over all images of a deploy. */
const atOnce = pLimit(6)
const reportEvery = 1024 * 1024

/** What happens to each blob of a repository in this process, so that no two images send the same. */
const underway = new WeakMap<Repository, Map<Digest, Promise<number>>>()

export interface Upload {
  readonly descriptor: Descriptor
  readonly open: () => AsyncIterable<Uint8Array>
  /** For blobs that cannot be there yet: nothing is asked first. */
  readonly fresh?: boolean
}

/**
 * Sends a blob that the repository does not have.
 * @returns the bytes sent: 0 when it was there, or when another image sends it
 */
export async function upload(
  repository: Repository,
  blob: Upload,
  report: { readonly progress: Progress; readonly image: string; readonly part: string },
): Promise<number> {
  const blobs = underway.get(repository) ?? new Map<Digest, Promise<number>>()
  underway.set(repository, blobs)
  const { digest } = blob.descriptor
  const others = blobs.get(digest)
  if (others !== undefined) return others.then(() => 0)
  const sending = atOnce(() => send(repository, blob, report))
  blobs.set(digest, sending)
  try {
    return await sending
  } finally {
    blobs.delete(digest)
  }
}

async function send(
  repository: Repository,
  { descriptor, open, fresh }: Upload,
  { progress, image, part }: Parameters<typeof upload>[2],
): Promise<number> {
  const { digest, size } = descriptor
  const event = (state: ProgressEvent['state'], done: number) =>
    progress({ image, step: 'blob', state, detail: part, done, total: size })
  if (!fresh && (await repository.hasBlob(digest))) {
    event('skipped', size)
    return 0
  }
  event('start', 0)
  await repository.putBlob(descriptor, () => counted(open(), (done) => event('advance', done)))
  event('done', size)
  return size
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0
  let said = 0
  for await (const chunk of source) {
    yield chunk
    bytes += chunk.length
    if (bytes - said < reportEvery) continue
    said = bytes
    onBytes(bytes)
  }
}
