import type { Descriptor } from './oci/descriptor.ts'
import type { Digest } from './oci/digest.ts'
import type { Manifest } from './oci/manifest.ts'
import type { OciConfig } from './oci/config.ts'
import type { Platform } from './oci/platform.ts'
import type { PlannedImage } from './core/model.ts'

/** A regular file of an image. `path` is posix and relative to the image's root: `var/task/...`. */
export interface ImageFile {
  readonly path: string
  readonly source:
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | { readonly kind: 'file'; readonly file: string; readonly size: number }
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
  readonly step: 'bundle' | 'install' | 'layer' | 'blob' | 'manifest' | 'repository' | 'verify'
  readonly state: 'start' | 'advance' | 'done' | 'skipped'
  readonly detail?: string
  readonly done?: number
  readonly total?: number
}

export interface Progress {
  (event: ProgressEvent): void
}
