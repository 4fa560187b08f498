import type { ImageFacts } from '../core/report/deploy-plan.ts'
import type { SizedPart } from '../core/contents/image-sizes.ts'
import type { RunningFunction } from '../core/sync/running-function.ts'
import type { LiveFunction } from '../core/template/live-functions.ts'
import type { Digest } from '../oci/digest.ts'
import type { NamingPorts, Ports } from './deploy.ts'
import type { TaggedImage } from './image-stages.ts'

/** What `plan` asks of the outside, beside what naming and judging the images takes. */
export interface PlanPorts extends NamingPorts, Pick<Ports, 'judge'> {
  /** The functions of the deployed stack; none when there is no stack. */
  readonly liveFunctions: () => Promise<readonly LiveFunction[]>
  /** What Lambda runs for those of them that are in images. */
  readonly runningFunctions: () => Promise<readonly RunningFunction[]>
  /** What an image in the repository is made of, by tag or digest; `undefined`: it is not there. */
  readonly readFacts: (reference: string) => Promise<ImageFacts | undefined>
  /** The same of an image that is still to be made; what only a build can show is absent. */
  readonly plannedFacts: (image: TaggedImage) => Promise<ImageFacts>
  /** What a planned image holds, unpacked; packages are installed into the cache for it. */
  readonly plannedParts: (image: TaggedImage) => Promise<{
    readonly parts: readonly SizedPart[]
    /** What of it is not known. */
    readonly unknown: readonly string[]
  }>
  /** What an image in the repository holds, by digest. */
  readonly servedParts: (digest: Digest) => Promise<readonly SizedPart[] | undefined>
}
