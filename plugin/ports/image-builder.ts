import type { PlannedImage } from '../core/model.ts'
import type { ImageOutcome, PartReport } from '../core/report/image-report.ts'
import type { Descriptor } from '../oci/descriptor.ts'
import type { Digest } from '../oci/digest.ts'
import type { Bundle } from './bundle.ts'
import type { Repository, ServedManifest } from './repository.ts'

/** An image to be made, and where it goes. */
export interface BuildInput {
  readonly image: PlannedImage
  readonly bundle: Bundle
  readonly repository: Repository
  readonly tag: string
  /** `asked`: the repository was empty, or has lost a part, so that memory and tags are not believed. */
  readonly presence?: 'asked'
}

/** An image that the repository has under its tag. */
export interface BuiltImage {
  readonly digest: Digest
  /** Absent when only the registry can tell. */
  readonly config?: Descriptor
  readonly outcome: ImageOutcome
  /** Empty when only the registry can tell. */
  readonly parts: readonly PartReport[]
  /** What should be said to the user. */
  readonly notes: readonly string[]
}

/** How much may be done to look at an image before it is made. */
export interface JudgeOptions {
  /** Whether packages may be installed for it; a dry run takes what is at hand. */
  readonly mayInstall: boolean
  /** The app's repository, when it is there; changes nothing. */
  readonly findRepository: () => Promise<Repository | undefined>
}

/** Makes images of one kind of definition. */
export interface ImageBuilder {
  /**
   * Reads what defines an image, and asks nobody.
   * @throws ContainerImageError with what is wrong in it
   */
  readonly examine: (image: PlannedImage) => Promise<unknown>
  /** Digest over what decides an image beside its bundle; builds and installs nothing. */
  readonly identify: (image: PlannedImage) => Promise<Digest>
  /**
   * Looks at what would be shipped, before anything is sent.
   * @returns what should be said to the user
   * @throws ContainerImageError what would keep a function from starting or working
   */
  readonly judge: (
    input: Pick<BuildInput, 'image' | 'bundle'>,
    options: JudgeOptions,
  ) => Promise<readonly string[]>
  /**
   * Makes the image and pushes it under its tag.
   * @throws ContainerImageError TAG_TAKEN when another deploy has pushed the tag meanwhile
   */
  readonly publish: (input: BuildInput) => Promise<BuiltImage>
  /**
   * Holds an image that somebody else put under the tag against what `publish` would make.
   * @returns what could not be proven, to be said to the user
   * @throws ContainerImageError IMAGE_NOT_PROVEN
   */
  readonly prove: (input: BuildInput, served: ServedManifest) => Promise<readonly string[]>
  /** The entry point that the image will name, for a template that is written before it is made. */
  readonly entryPoint: (image: PlannedImage) => Promise<readonly string[]>
}
