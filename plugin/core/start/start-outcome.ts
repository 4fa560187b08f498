/** How a function's start ended. */
export type StartOutcome = {
  /** From the start of its entry point. */
  readonly seconds: number
  /** What it printed, the end of it. */
  readonly output: string
} & (
  | {
      /** It asks for its first event: it is alive. */
      readonly kind: 'ready'
      /** Bytes, of all its processes together; absent where it cannot be known. */
      readonly peakMemory?: number
    }
  /** It asked for an event, while its program had ended already and only its client hung on. */
  | { readonly kind: 'crashed' }
  | { readonly kind: 'init-error'; readonly error: InitError }
  | { readonly kind: 'exit'; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: 'timeout' }
)

/** What the runtime client reports of a function that does not load. */
export interface InitError {
  /** `Runtime.ImportModuleError`, or the name of what was thrown. */
  readonly type: string
  readonly message: string
  readonly trace: readonly string[]
}
