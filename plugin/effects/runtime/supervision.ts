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
  /** Absent: it sees nothing but a loopback of its own. */
  readonly openNetwork?: boolean
}

/** An event for the function; further lines of the supervisor's input, a line of JSON each. */
export interface InvokeOrder {
  readonly id: string
  /** The event's JSON. */
  readonly event: string
  /** Milliseconds since 1970. */
  readonly deadline: number
  readonly arn: string
}

/** How a function answers; `answer` is the head of what comes in chunks. */
export type AnswerEvent =
  | { readonly kind: 'answer'; readonly streamed: boolean; readonly contentType: string }
  | { readonly kind: 'chunk'; readonly base64: string }
  | { readonly kind: 'answer-end' }
  /** The client's own JSON. */
  | { readonly kind: 'invoke-error'; readonly report: string }

/** What the supervisor says, a line of JSON each. */
export type SupervisorEvent =
  | { readonly kind: 'ready' }
  /** Namespaces, mounts or programs are not to be had: nothing was started. */
  | { readonly kind: 'unable'; readonly reason: string }
  | { readonly kind: 'output'; readonly text: string }
  /** The client asks for an event: its first one, or it is through with the last. */
  | { readonly kind: 'next'; readonly peakMemory?: number }
  /** The client's own JSON. */
  | { readonly kind: 'init-error'; readonly report: string }
  | { readonly kind: 'exit'; readonly code: number | null; readonly signal: string | null }
  | AnswerEvent

/** A function that was started; its events come until it is closed. */
export interface Supervised {
  readonly events: AsyncIterable<SupervisorEvent>
  invoke(order: InvokeOrder): void
  /** Ends every process of it and waits until they are gone. */
  close(): Promise<void>
}
