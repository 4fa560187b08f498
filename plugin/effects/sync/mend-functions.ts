import { driftOf, type RunningFunction } from '../../core/sync/running-function.ts'
import type { Digest } from '../../oci/digest.ts'
import type { HeldImage } from '../../ports/image-stages.ts'
import type { Aws } from '../aws/client.ts'
import { updateFunctionImage } from '../lambda/function-code.ts'

interface MendOptions {
  readonly aws: () => Promise<Aws>
  /** What Lambda runs for some functions of the stack, by logical id. */
  readonly running: (isAsked: (logicalId: string) => boolean) => Promise<readonly RunningFunction[]>
  /** What the deployed template names, by logical id. */
  readonly deployed: () => Promise<ReadonlyMap<string, Digest>>
  readonly say: (line: string) => void
}

/**
 * Brings functions back to the image of the template where Lambda runs another one: a sync gave it to
 * them, or somebody by hand. CloudFormation compares templates with one another, so where the image
 * in the template stays the same it would do nothing. All others get theirs by the deploy.
 */
export function createMend({ aws, running, deployed, say }: MendOptions) {
  return async (images: readonly HeldImage[]): Promise<void> => {
    const before = await deployed()
    const same = new Map(
      images.flatMap(({ image, pushed, imageUri }) => {
        if (pushed === undefined || typeof imageUri !== 'string') return []
        const { digest } = pushed.served
        return image.functions
          .filter(({ logicalId }) => before.get(logicalId) === digest)
          .map((one) => [one.logicalId, { one, imageUri, digest }] as const)
      }),
    )
    if (same.size === 0) return
    const wanted = new Map([...same].map(([id, { digest }]) => [id, digest]))
    await Promise.all(
      driftOf(wanted, await running((id) => same.has(id))).map(async ({ logicalId, name }) => {
        const target = same.get(logicalId)
        if (target === undefined) return
        const { one, imageUri } = target
        say(
          `${one.pragma} ${one.name} runs an image that no deploy gave it: giving it that of the stack again`,
        )
        await updateFunctionImage(await aws(), name, imageUri)
      }),
    )
  }
}
