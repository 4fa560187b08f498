/** What a handler answers; a file is streamed from disk, whole or a range of it. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?:
    | Buffer
    | { readonly file: string; readonly start: number; readonly length: number }
}

/** An error in the form of the distribution spec. */
export class Refusal extends Error {
  readonly answer: Answer

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${status} ${code}: ${message}`)
    this.answer = {
      status,
      headers: { 'Content-Type': 'application/json', ...headers },
      body: Buffer.from(JSON.stringify({ errors: [{ code, message }] })),
    }
  }
}
