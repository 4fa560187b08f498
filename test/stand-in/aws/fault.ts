/** A refusal as AWS words it; each protocol writes it in its own shape. */
export class AwsFault extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

export function isAwsFault(error: unknown): error is AwsFault {
  return error instanceof AwsFault
}
