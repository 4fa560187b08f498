import type { LockedSource } from '../natives/locked-packages.ts'
import type { Digest } from '../../oci/digest.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'

/** A package of npm's, in one place of an image. */
export interface PackedPackage {
  /** Unique in the image. */
  readonly id: string
  /** As the registry calls it. */
  readonly name: string
  readonly version?: string
  /** What its package.json says; no more than a claim. */
  readonly license?: string
  /** `installed` in the layer of packages, `beside` a function's bundle, `bundled` into one. */
  readonly how: 'installed' | 'beside' | 'bundled'
  /** Its folder, or the file that its code is in: `var/task/node_modules/sharp`. */
  readonly place: string
  /** Uncompressed. */
  readonly bytes: number
  /** As the image's lockfile has it. */
  readonly source?: LockedSource
  /** Ids of the packages that it loads. */
  readonly needs: readonly string[]
}

/** A function's own code and files, without packages. */
export interface PackedFunction {
  /** `get /`, `scheduled compact` */
  readonly name: string
  /** Its folder: `var/task/http/get-index`. */
  readonly place: string
  readonly bytes: number
  /** The file that Lambda loads; absent where nothing was bundled. */
  readonly bundle?: { readonly path: string; readonly digest: Digest }
  /** Ids of the packages that it loads. */
  readonly needs: readonly string[]
}

/** An image that another one starts from, or takes files from. */
export interface UsedImage {
  readonly reference: string
  /** Absent where no registry could be asked. */
  readonly digest?: Digest
  /** `base`: its layers are the lowest of the image's own. `stage`: only the build uses it. */
  readonly role: 'base' | 'stage'
}

/** What goes into an image, as far as it is known before or without a build. */
export interface ImageContents {
  /** As app.arc has it: `lancedb`. */
  readonly name: string
  readonly architecture: LambdaArchitecture
  readonly repository: string
  readonly tag: string
  /** Of the image itself, where a deploy said it. */
  readonly digest?: Digest
  readonly images: readonly UsedImage[]
  /** ARNs of Lambda layers whose content is in `/opt`. */
  readonly lambdaLayers: readonly string[]
  readonly functions: readonly PackedFunction[]
  readonly packages: readonly PackedPackage[]
  /** What the functions have in common beside packages: files of `docker/<image>/`, say. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
  /** Ids of the packages that the image itself asks for. */
  readonly needs: readonly string[]
  /** What is in the image itself, base and Lambda layers apart, and not listed: a sentence each. */
  readonly unknown: readonly string[]
}
