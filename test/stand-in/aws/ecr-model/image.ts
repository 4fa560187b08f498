/** An image of a repository, as lifecycle policies see it. */
export interface ModelImage {
  readonly digest: string
  readonly tags: readonly string[]
  /** Milliseconds; adding a tag does not change it (aws/containers-roadmap#2746). */
  readonly pushedAt: number
}
