import type { RunningFunction } from '../core/sync/running-function.ts'
import type { SyncTarget } from '../core/sync/sync-obstacle.ts'
import type { Digest } from '../oci/digest.ts'
import type { NamingPorts, Ports } from './deploy.ts'
import type { TaggedImage } from './image-stages.ts'

/** What a sync asks of the outside, beside what making an image takes. */
export interface SyncPorts
  extends NamingPorts, Pick<Ports, 'judge' | 'publish' | 'verify' | 'start' | 'hold'> {
  /** The stack as it is now. */
  readonly readTarget: () => Promise<SyncTarget>
  /** What Lambda runs now for the stack's functions in images. */
  readonly runningFunctions: () => Promise<readonly RunningFunction[]>
  /** What each function consists of, a digest by its `Command`. */
  readonly contentsOf: (image: TaggedImage) => ReadonlyMap<string, Digest>
  /** The same of an image in the repository; empty where it was made elsewhere. */
  readonly knownContents: (image: Digest) => Promise<ReadonlyMap<string, Digest>>
  /** Gives a function that runs what was seen another image, and waits until Lambda runs it. */
  readonly update: (seen: RunningFunction, imageUri: string) => Promise<void>
  /**
   * Lets go of the images of earlier syncs.
   * @param before what functions of the stack ran, and when this was read (ms)
   */
  readonly release: (before: {
    readonly ran: ReadonlySet<Digest>
    readonly at: number
  }) => Promise<void>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number
}
