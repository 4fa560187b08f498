import type { Descriptor } from '../oci/descriptor.ts'
import type { Digest } from '../oci/digest.ts'
import type { Manifest } from '../oci/manifest.ts'
import type { OciConfig } from '../oci/config.ts'
import type { Platform } from '../oci/platform.ts'
import type { ImageFolders } from '../core/plan/image-folders.ts'
import type { PlannedImage } from '../core/model.ts'
import type { ImageReport } from '../core/report/image-report.ts'
import type { ImageUri } from '../core/template/template.ts'

/** A regular file of an image. `path` is posix and relative to the image's root: `var/task/...`. */
export interface ImageFile {
  readonly path: string
  readonly source:
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | {
        readonly kind: 'file'
        readonly file: string
        readonly size: number
        /** In hex, of the content that gave the image its name: another one is not packed. */
        readonly sha256?: string
      }
  readonly executable: boolean
}

/** The code of one image's functions, ready to run under `/var/task`. */
export interface Bundle {
  /** Sorted by path, in byte order. */
  readonly files: readonly ImageFile[]
  /** sha256 over paths, modes and contents. */
  readonly digest: Digest
  /** Bare package names that the code still requires at run time. */
  readonly externals: readonly string[]
  /** Specifiers (`name` or `name/sub`) loaded by `require`: an ES module cannot serve them. */
  readonly requires?: readonly string[]
  /** What could not be checked here and why; said to the user, never a fault. */
  readonly notes: readonly string[]
}

/** Bundles the functions of an image for Lambda's Node. */
export interface Bundler {
  bundle(image: PlannedImage): Promise<Bundle>
}

/** A layer whose compressed bytes can be read as often as a retry needs. */
export interface Layer {
  readonly descriptor: Descriptor
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest
  /** Bytes of the uncompressed tar. */
  readonly uncompressedSize: number
  open(): AsyncIterable<Uint8Array>
}

/** A manifest as a registry serves it: the bytes decide the digest. */
export interface ServedManifest {
  readonly digest: Digest
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** One repository of one registry, over the OCI distribution protocol. */
export interface Repository {
  /** `123456789012.dkr.ecr.us-east-1.amazonaws.com/my-app-lambda-images`, without tag. */
  readonly uri: string
  /** Value of the Authorization header, for programs that push by themselves; absent: anonymous. */
  readonly authorization?: (renew: boolean) => Promise<string | undefined>
  /** `undefined` only when the registry says that it is not there. */
  getManifest(reference: string): Promise<ServedManifest | undefined>
  /** The whole blob, checked against its digest; refuses more than `maximumSize` bytes. */
  getBlob(descriptor: Descriptor, maximumSize?: number): Promise<Uint8Array>
  /** The blob as a stream, checked against digest and size when it ends. */
  openBlob(descriptor: Descriptor): AsyncIterable<Uint8Array>
  /** The last `length` bytes of a blob; unverifiable by nature. */
  getBlobTail(descriptor: Descriptor, length: number): Promise<Uint8Array>
  hasBlob(digest: Digest): Promise<boolean>
  putBlob(descriptor: Descriptor, open: () => AsyncIterable<Uint8Array>): Promise<void>
  /** By tag, or by its digest when no tag is given. Adopts nothing: TAG_TAKEN is thrown. */
  putManifest(bytes: Uint8Array, mediaType: string, tag?: string): Promise<Digest>
}

/** A base image for one platform, resolved once a deploy. */
export interface BaseImage {
  readonly reference: string
  /** Digest of the platform's own manifest. */
  readonly digest: Digest
  readonly platform: Platform
  /** Read only when an image has to be made or checked. */
  manifest(): Promise<Manifest>
  config(): Promise<OciConfig>
  readonly repository: Repository
}

/** What a deploy did or found, for the console and the report. */
export type ProgressEvent = {
  readonly image: string
  readonly step:
    | 'bundle'
    | 'install'
    | 'build'
    | 'layer'
    | 'blob'
    | 'manifest'
    | 'repository'
    | 'prune'
    | 'verify'
    | 'hold'
  readonly state: 'start' | 'advance' | 'done' | 'skipped'
  readonly detail?: string
  readonly done?: number
  readonly total?: number
}

export interface Progress {
  (event: ProgressEvent): void
}

/** An image with its code and the name that both decide. */
export interface TaggedImage {
  readonly image: PlannedImage
  readonly bundle: Bundle
  /** `<image>-<architecture>-<fingerprint, 32 hex>` */
  readonly tag: string
}

/** An image that functions can name. */
export interface PublishedImage extends TaggedImage {
  /** `repository@sha256:...`; in a dry run an intrinsic that ends in `repository:tag`. */
  readonly imageUri: ImageUri
  /** What the registry serves, and how it came there; a dry run pushes nothing. */
  readonly pushed?: { readonly served: ServedManifest; readonly report: ImageReport }
  /** What should be said to the user. */
  readonly notes: readonly string[]
}

/** A published image whose content was checked against its functions. */
export interface VerifiedImage extends PublishedImage {
  /** The entry point that the image itself names, for `ImageConfig.EntryPoint`. */
  readonly entryPoint: readonly string[]
}

/** A verified image whose tags keep it, and what its functions would roll back to, in the repository. */
export interface HeldImage extends VerifiedImage {
  /** By logical id: what the function runs before this deploy. */
  readonly previous: ReadonlyMap<string, Digest>
}

/** What the flow of a deploy asks of the outside; a dry run passes other ones. */
export interface Ports {
  readonly readImageFolders: () => Promise<ImageFolders>
  readonly isFile: (path: string) => boolean
  /** Told what is about to be made, once every mistake of the user's is excluded. */
  readonly announce: (images: readonly PlannedImage[]) => void
  /** Makes the lockfile of an image that has none. */
  readonly lock: (image: PlannedImage) => Promise<PlannedImage>
  readonly bundle: (image: PlannedImage) => Promise<Bundle>
  /** Digest over what decides the image beside its bundle; installs nothing. */
  readonly identify: (image: PlannedImage) => Promise<Digest>
  /** Removes the stack's live tags that its deployed template does not hold any more. */
  readonly prune: () => Promise<void>
  /** Finds the tag in the repository, or builds and pushes the image. */
  readonly publish: (image: TaggedImage) => Promise<PublishedImage>
  readonly verify: (image: PublishedImage) => Promise<VerifiedImage>
  /** Tags the image for this stack; `undefined` when it is not there any more. */
  readonly hold: (image: VerifiedImage) => Promise<HeldImage | undefined>
  /** An empty folder for `CodeUri`, which Architect zips for every function. */
  readonly emptyFolder: () => Promise<string>
  readonly report: (images: readonly VerifiedImage[]) => Promise<void>
}

/** A stack as CloudFormation describes it. */
export interface KnownStack {
  /** Its ARN: by that a deleted stack is still found, and never another one of the same name. */
  readonly id: string
  readonly name: string
  readonly status: string
  readonly reason?: string
  /** Milliseconds: when it was made or last updated. */
  readonly changed: number
  readonly outputs: Readonly<Record<string, string>>
}

/** A resource of a stack. */
export interface StackPart {
  readonly logicalId: string
  readonly physicalId: string
  readonly type: string
  readonly status: string
  readonly reason?: string
  /** Its `DeletionPolicy` says that it outlives the stack. */
  readonly retained: boolean
}

/** What a teardown asks of AWS. */
export interface TeardownPorts {
  readonly findStack: (nameOrId: string) => Promise<KnownStack | undefined>
  readonly listParts: (stack: KnownStack) => Promise<readonly StackPart[]>
  /** Deletes every version of every object; gives their number, 0 for a bucket that is gone. */
  readonly emptyBucket: (bucket: string) => Promise<number>
  readonly deleteStack: (stack: KnownStack) => Promise<void>
  /** Gives how many there were. */
  readonly deleteLogGroups: (prefix: string) => Promise<number>
  /** Some seconds, between two looks. */
  readonly wait: () => Promise<void>
  readonly say: (message: string) => void
}
