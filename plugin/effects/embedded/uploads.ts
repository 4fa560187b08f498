import type { Descriptor } from '../../oci/descriptor.ts'
import type { Document } from '../../oci/image.ts'
import type { Progress, ProgressEvent } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'

const reportEvery = 1024 * 1024

/**
 * Sends a blob that the repository does not have, and tells how far it is.
 * @returns the bytes sent: 0 when it was there, or when another image sends it
 */
export async function upload(
  repository: Repository,
  blob: {
    readonly descriptor: Descriptor
    readonly open: () => AsyncIterable<Uint8Array>
    /** Nobody else can be expected to have sent it. */
    readonly isNew?: boolean
  },
  report: { readonly progress: Progress; readonly image: string; readonly part: string },
): Promise<number> {
  const { descriptor, open, isNew } = blob
  const { progress, image, part } = report
  const total = descriptor.size
  const event = (state: ProgressEvent['state'], done: number) =>
    progress({ image, step: 'blob', state, detail: part, done, total })
  let opened = false
  await repository.putBlob(
    descriptor,
    () => {
      opened = true
      event('start', 0)
      return counted(open(), (done) => event('advance', done))
    },
    isNew,
  )
  event(opened ? 'done' : 'skipped', total)
  return opened ? total : 0
}

/** Sends a config of ours; it is small, and nobody waits for it. */
export async function putDocument(
  repository: Repository,
  { descriptor, bytes }: Document,
  isNew?: boolean,
): Promise<void> {
  const open = async function* () {
    yield bytes
  }
  await repository.putBlob(descriptor, open, isNew)
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
