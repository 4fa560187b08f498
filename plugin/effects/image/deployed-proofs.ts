import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { isAsDeployed } from '../../core/stack/stack-fate.ts'
import { isProven, type LiveFunction } from '../../core/template/live-functions.ts'
import type { Digest } from '../../oci/digest.ts'

/** Something that may have been proven of an image for one of its functions. */
export interface Claim {
  readonly lambda: Pick<ImageFunction, 'logicalId'>
  readonly image: Pick<PlannedImage, 'architecture'>
  readonly digest: Digest
  /** See `core/image/proof-name.ts`. */
  readonly proof: string
}

/** Whether a deploy of this stack has proven it. */
export type DeployedProofs = (claim: Claim) => Promise<boolean>

/**
 * What the stack's own deploys have proven, for machines that remember nothing. A deploy writes it
 * into the template after its checks, and only who may deploy the stack can write that: whoever may
 * push an image has no say in it. A stack whose last update was undone proves nothing.
 */
export function deployedProofs(stack: {
  readonly status: () => Promise<string | undefined>
  /** Of the deployed template, by logical id; none where it cannot be read. */
  readonly functions: () => Promise<ReadonlyMap<string, LiveFunction>>
}): DeployedProofs {
  return async ({ lambda, image, digest, proof }) => {
    const [status, functions] = await Promise.all([stack.status(), stack.functions()])
    const { architecture } = image
    const live = functions.get(lambda.logicalId)
    return isAsDeployed(status) && isProven(live, { digest, architecture, proof })
  }
}
