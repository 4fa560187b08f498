import type { Invocation, InvocationListener } from '../core/invoke/invocation.ts'
import type { ImageFunction } from '../core/model.ts'
import type { NamingPorts, Ports } from './deploy.ts'
import type { TaggedImage, VerifiedImage } from './image-stages.ts'

/** Where a function runs. */
export interface RunningPlace {
  /** `node`: not the image, but its code and packages on this machine's Node. */
  readonly by: 'namespaces' | 'docker' | 'node'
  readonly emulated: boolean
  /** Why it is not the image. */
  readonly instead?: string
}

/** A function that may be started, with all that it gets. */
export interface ReadyFunction {
  readonly place: RunningPlace
  /** Names of its variables whose values only CloudFormation knows. */
  readonly unknown: readonly string[]
  /**
   * Starts it, hands it the event and ends it.
   * @param event JSON
   * @throws ContainerImageError INVOKE_IMPOSSIBLE
   */
  readonly invoke: (
    order: { readonly requestId: string; readonly event: string },
    listener: InvocationListener,
  ) => Promise<Invocation>
  readonly close: () => Promise<void>
}

/** What `invoke` asks of the outside, beside what naming and judging the image takes. */
export interface InvokePorts extends NamingPorts, Pick<Ports, 'judge' | 'publish' | 'verify'> {
  /** Why this machine does not run the image's platform; absent when it does. */
  readonly unable: (image: TaggedImage) => Promise<string | undefined>
  readonly prepareImage: (image: VerifiedImage, lambda: ImageFunction) => Promise<ReadyFunction>
  /** @throws ContainerImageError INVOKE_IMPOSSIBLE for another language than Node */
  readonly prepareHere: (
    image: TaggedImage,
    lambda: ImageFunction,
    instead: string,
  ) => Promise<ReadyFunction>
}
