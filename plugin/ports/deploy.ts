import type { Problem } from '../errors.ts'
import type { PlannedImage } from '../core/model.ts'
import type { LiveStackState } from '../core/plan/compare-live.ts'
import type { ImageFolders } from '../core/plan/image-folders.ts'
import type { Digest } from '../oci/digest.ts'
import type { Bundle } from './bundle.ts'
import type { HeldImage, PublishedImage, TaggedImage, VerifiedImage } from './image-stages.ts'

/** What the flow of a deploy asks of the outside; a dry run passes other ones. */
export interface Ports {
  /** The permissions boundary of every role that the stack makes: a policy's ARN or name. */
  readonly boundary?: string
  readonly readImageFolders: () => Promise<ImageFolders>
  readonly isFile: (path: string) => boolean
  /** What reading shows to be wrong: in files, and by what the template gives the functions. */
  readonly examine: (
    images: readonly PlannedImage[],
  ) => Promise<{ readonly mistakes: readonly Problem[]; readonly unfit: readonly Problem[] }>
  /** The stack as it is deployed; `undefined` in a dry run, which asks AWS for nothing. */
  readonly readLive: () => Promise<LiveStackState | undefined>
  /**
   * Starts what is likely to be needed and takes a while: programs, and questions to AWS and to
   * registries. Nothing is changed by it, and what fails fails again where it is needed.
   */
  readonly foresee?: (images: readonly PlannedImage[]) => void
  /** Told what is about to be made, once every mistake of the user's is excluded. */
  readonly announce: (images: readonly PlannedImage[]) => void
  /** Makes the lockfile of an image that has none. */
  readonly lock: (image: PlannedImage) => Promise<PlannedImage>
  readonly bundle: (image: PlannedImage) => Promise<Bundle>
  /** Digest over what decides the image beside its bundle; installs nothing. */
  readonly identify: (image: PlannedImage) => Promise<Digest>
  /**
   * Refuses what would not work, as far as it is known before anything is made or sent.
   * @throws ContainerImageError every reason at once
   */
  readonly judge: (image: TaggedImage) => Promise<void>
  /** Refuses an environment that loads files which the image will not have. */
  readonly checkEnvironment: (image: TaggedImage) => Promise<void>
  /** Removes the stack's live tags that its deployed template no longer holds. */
  readonly prune: () => Promise<void>
  /** Finds the tag in the repository, or builds and pushes the image. */
  readonly publish: (image: TaggedImage) => Promise<PublishedImage>
  readonly verify: (image: PublishedImage) => Promise<VerifiedImage>
  /** Starts the functions as Lambda does; nothing in a dry run. */
  readonly start: (image: VerifiedImage) => Promise<VerifiedImage>
  /** Tags the image for this stack; `undefined` when it is no longer there. */
  readonly hold: (image: VerifiedImage) => Promise<HeldImage | undefined>
  /** Gives functions whose image stays the same that image again where Lambda runs another one. */
  readonly mend: (images: readonly HeldImage[]) => Promise<void>
  /** An empty folder for `CodeUri`, which Architect zips for every function. */
  readonly emptyFolder: () => Promise<string>
  readonly report: (images: readonly VerifiedImage[]) => Promise<void>
  /**
   * From here on CloudFormation's work on the stack is told as it goes, and why it failed as the last
   * word; nothing in a dry run.
   * @param names what the app calls its functions, by logical id
   */
  readonly followStack: (names: ReadonlyMap<string, string>) => Promise<void>
}

/** Those of a deploy's first half: whoever only names the images needs no other. */
export type NamingPorts = Pick<
  Ports,
  | 'boundary'
  | 'readImageFolders'
  | 'isFile'
  | 'examine'
  | 'readLive'
  | 'foresee'
  | 'announce'
  | 'lock'
  | 'bundle'
  | 'identify'
  | 'checkEnvironment'
>
