/** A request whose signature was checked, as the services see it. */
export interface Call {
  readonly service: string
  readonly region: string
  readonly method: string
  /** Raw, still percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly host: string
  readonly body: Buffer
}

export function header(call: Call, name: string): string {
  const value = call.headers[name]
  return Array.isArray(value) ? value.join(',') : (value ?? '')
}

/** One line of the journal: what was asked of the stand-in, and what it answered. */
export interface JournalEntry {
  readonly service: string
  readonly action: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly status: number
  /** The error's code when the call was refused. */
  readonly error?: string
}
