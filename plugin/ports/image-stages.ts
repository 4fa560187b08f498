import type { PlannedImage } from '../core/model.ts'
import type { ImageReport } from '../core/report/image-report.ts'
import type { ImageUri } from '../core/template/template.ts'
import type { Digest } from '../oci/digest.ts'
import type { Bundle } from './bundle.ts'
import type { ServedManifest } from './repository.ts'

/** An image with its code and the name that both decide. */
export interface TaggedImage {
  readonly image: PlannedImage
  readonly bundle: Bundle
  /** Of what decides the image beside its bundle. */
  readonly identity: Digest
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
  /** By logical id: names of what was proven of a function; absent: nothing. */
  readonly proven?: ReadonlyMap<string, readonly string[]>
}

/** A verified image whose tags keep it, and what its functions would roll back to, in the repository. */
export interface HeldImage extends VerifiedImage {
  /** By logical id: what the function runs before this deploy. */
  readonly previous: ReadonlyMap<string, Digest>
}
