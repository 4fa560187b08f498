/** A file of the user's before and after; `before` is absent when it is new. */
export interface FileChange {
  /** Relative to the app. */
  readonly path: string
  readonly before?: string
  readonly after: string
}
