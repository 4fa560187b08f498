import type { Digest } from '../../oci/digest.ts'

/** An image of the repository, as `ecr:DescribeImages` tells it. */
export interface StoredImage {
  readonly digest: Digest
  readonly tags: readonly string[]
  /** Milliseconds; a tag that is added later does not change it. */
  readonly pushedAt: number
  /** Compressed bytes. */
  readonly size: number
  /**
   * Absent: it can be pulled. ECR keeps what is `archived` where nothing can pull it, and what is
   * `activating` is on its way back.
   */
  readonly status?: 'archived' | 'activating'
}

/** A signature, a list of parts, a chart: in the repository beside images, and none itself. */
export interface StoredArtifact extends Omit<StoredImage, 'status'> {
  /** Media type, as who pushed it named it. */
  readonly type: string
  /** The image that it refers to; ECR deletes a referrer after its image. */
  readonly subject?: Digest
}

/** What is in a repository. */
export interface StoredContents {
  readonly images: readonly StoredImage[]
  readonly artifacts: readonly StoredArtifact[]
}

/** What Lambda could pull now. */
export function pullable(images: readonly StoredImage[]): readonly StoredImage[] {
  return images.filter(({ status }) => status === undefined)
}

/** One tag of one image. */
export interface TagOfImage {
  readonly digest: Digest
  readonly tag: string
}
