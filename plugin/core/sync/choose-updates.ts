import type { Digest } from '../../oci/digest.ts'

/** What is known of one function before a sync. */
export interface SyncedFunction {
  readonly logicalId: string
  /** The image of the deployed template. */
  readonly deployed: Digest
  /** The image that Lambda runs. */
  readonly runs: Digest
  /** What the function consists of: as it is here now. */
  readonly content: Digest
  /** The same of the image of the template; absent when this machine never saw what it was made of. */
  readonly deployedContent?: Digest
}

/** What a function is to run: the image of its template again, or the one that a sync makes. */
export type Wanted = 'deployed' | 'synced'

/**
 * A function whose code is what was deployed goes back to that image, and all others share the
 * newest: so one image of a sync is enough, however often and whatever is saved.
 */
export function wantedImage({ content, deployedContent }: SyncedFunction): Wanted {
  return content === deployedContent ? 'deployed' : 'synced'
}

/**
 * The functions that Lambda has to be given another image.
 * @param synced the image that was made; absent when no function wants one
 */
export function chooseUpdates(
  functions: readonly SyncedFunction[],
  synced: Digest | undefined,
): ReadonlyMap<string, Digest> {
  return new Map(
    functions.flatMap((one) => {
      const wanted = wantedImage(one) === 'deployed' ? one.deployed : synced
      return wanted === undefined || wanted === one.runs ? [] : [[one.logicalId, wanted]]
    }),
  )
}
