/** What the supervisor is to do; its first line of input. */
export interface StartOrder {
  /** Folders of the image, the topmost first; relative to where the supervisor was started. */
  readonly layers: readonly string[]
  /** An empty folder, on which the root is mounted for the supervisor alone. */
  readonly mountPoint: string
  /** The supervisor has no user namespace: Lambda's user is then a real one. */
  readonly asRoot: boolean
  /** Entry point and command; empty: only find out whether it would work. */
  readonly argv: readonly string[]
  readonly workingDirectory: string
  readonly environment: Readonly<Record<string, string>>
}

/** What the supervisor says, a line of JSON each. */
export type SupervisorEvent =
  | { readonly kind: 'ready' }
  /** Namespaces, mounts or programs are not to be had: nothing was started. */
  | { readonly kind: 'unable'; readonly reason: string }
  | { readonly kind: 'output'; readonly text: string }
  /** The client asks for its first event. */
  | { readonly kind: 'next'; readonly peakMemory: number }
  /** The client's own JSON. */
  | { readonly kind: 'init-error'; readonly report: string }
  | { readonly kind: 'exit'; readonly code: number | null; readonly signal: string | null }

/** A function that was started; its events come until it is closed. */
export interface Supervised {
  readonly events: AsyncIterable<SupervisorEvent>
  /** Ends every process of it and waits until they are gone. */
  close(): Promise<void>
}
