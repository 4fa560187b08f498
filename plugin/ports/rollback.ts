import type { Digest } from '../oci/digest.ts'
import type { StackEvent } from '../core/events/stack-event.ts'
import type { StoredImage } from '../core/retention/stored-image.ts'
import type { LiveFunction } from '../core/template/live-functions.ts'
import type { Template } from '../core/template/template.ts'
import type { KnownStack } from './destroy.ts'

/** The stack's template as somebody sent it, and what it says of functions. */
export interface DeployedTemplate {
  readonly template: Template
  readonly functions: readonly LiveFunction[]
}

/** What an image says of itself. */
export interface DescribedTarget {
  /** In Lambda's words, or what else its config says. */
  readonly architecture: string
  /** Its label lets Lambda take snapshots. */
  readonly allowsSnapStart: boolean
}

/** An image that gets the stack's live tag. */
export interface TagToPut {
  /** Address of the repository, without tag. */
  readonly repository: string
  readonly digest: Digest
  readonly image: string
}

/** What `rollback` asks of the outside. */
export interface RollbackPorts {
  readonly findStack: () => Promise<KnownStack | undefined>
  /**
   * @throws ContainerImageError ROLLBACK_REFUSED when it cannot be sent back as it was sent
   */
  readonly readTemplate: () => Promise<DeployedTemplate>
  /** Everything in a repository, by its address; nothing when it is not there. */
  readonly listImages: (repository: string) => Promise<readonly StoredImage[]>
  readonly describe: (repository: string, digest: Digest) => Promise<DescribedTarget | undefined>
  /** What Lambda says that the stack's functions run, by logical id, of one repository. */
  readonly running: (repository: string) => Promise<ReadonlyMap<string, Digest>>
  /** False when the image has gone meanwhile. */
  readonly hold: (tag: TagToPut) => Promise<boolean>
  /** Begins the update, with everything but the template as it is. */
  readonly update: (stack: KnownStack, template: Template) => Promise<void>
  /** Newest last, back to where the last operation began. */
  readonly events: (stack: KnownStack) => Promise<readonly StackEvent[]>
  /** Some seconds, between two looks. */
  readonly wait: () => Promise<void>
  readonly say: (message: string) => void
}
