/** An image of a repository, as lifecycle policies see it. */
export interface ModelImage {
  readonly digest: string
  readonly tags: readonly string[]
  /** Milliseconds; adding a tag does not change it (aws/containers-roadmap#2746). */
  readonly pushedAt: number
  /** Absent: it can be pulled. */
  readonly status?: 'archived' | 'activating'
  /** Milliseconds; when it came into the archive. */
  readonly archivedAt?: number
}
