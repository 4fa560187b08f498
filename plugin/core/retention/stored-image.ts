import type { Digest } from '../../oci/digest.ts'

/** An image of the repository, as `ecr:DescribeImages` tells it. */
export interface StoredImage {
  readonly digest: Digest
  readonly tags: readonly string[]
  /** Milliseconds; a tag that is added later does not change it. */
  readonly pushedAt: number
  /** Compressed bytes. */
  readonly size: number
}

/** One tag of one image. */
export interface TagOfImage {
  readonly digest: Digest
  readonly tag: string
}
