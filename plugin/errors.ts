/**
 * Every error a user can meet, one line each: what went wrong, in general terms.
 * `docs/errors.md` explains each one; a test keeps the two complete in both directions.
 */
export const errorCodes = {
  DIGEST_INVALID: 'A digest is not sha256 in lower-case hex.',
  SEVERAL_FAILED: 'Several images failed, each with an error of its own.',
  SETUP_INVALID: 'One or several mistakes in app.arc or docker/.',
} as const

export type ErrorCode = keyof typeof errorCodes

/** The one error of this plugin: `message` says what failed, what was seen and what to do. */
export class ContainerImageError extends Error {
  override readonly name = 'ContainerImageError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** One mistake of the user's; collected, so that all are named at once. */
export interface Problem {
  readonly code: ErrorCode
  readonly message: string
}
