import type { Digest } from '../../oci/digest.ts'

/** A function of a deployed stack, as Lambda has it. */
export interface RunningFunction {
  readonly logicalId: string
  /** Lambda's own name of it. */
  readonly name: string
  /** The image that it runs; absent for a zip. */
  readonly image?: {
    /** The repository, without tag and digest. */
    readonly name: string
    readonly digest: Digest
  }
  /** Another one after each change of the function. */
  readonly revision: string
}

/** A function that runs another image than its stack's template names. */
export interface Drift {
  readonly logicalId: string
  /** Lambda's own name of it. */
  readonly name: string
  readonly runs: Digest
  readonly deployed: Digest
}

/** @param deployed the digests of the deployed template, by logical id */
export function driftOf(
  deployed: ReadonlyMap<string, Digest>,
  running: readonly RunningFunction[],
): readonly Drift[] {
  return running.flatMap(({ logicalId, name, image }) => {
    const wanted = deployed.get(logicalId)
    if (image === undefined || wanted === undefined || image.digest === wanted) return []
    return [{ logicalId, name, runs: image.digest, deployed: wanted }]
  })
}
