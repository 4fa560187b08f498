import type { Descriptor } from '../oci/descriptor.ts'
import type { Digest } from '../oci/digest.ts'

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
  /**
   * Sends a blob that is not there.
   * @param isNew it was made just now, so that it is sent without asking; right for any other, too
   */
  putBlob(
    descriptor: Descriptor,
    open: () => AsyncIterable<Uint8Array>,
    isNew?: boolean,
  ): Promise<void>
  /**
   * Takes an image from a folder in OCI's image layout; absent: programs push by themselves.
   * @param digest of its manifest
   */
  readonly takeLayout?: (folder: string, digest: Digest, tag: string) => Promise<void>
  /** By tag, or by its digest when no tag is given. Adopts nothing: TAG_TAKEN is thrown. */
  putManifest(bytes: Uint8Array, mediaType: string, tag?: string): Promise<Digest>
}
