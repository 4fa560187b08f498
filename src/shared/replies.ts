/** What a function of an HTTP API answers (payload format 2.0). */
export interface Reply {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const noStore = { 'cache-control': 'no-store' }

export function json(
  statusCode: number,
  data: unknown,
  headers: Record<string, string> = {},
): Reply {
  return {
    statusCode,
    headers: { 'content-type': 'application/json; charset=utf-8', ...noStore, ...headers },
    body: JSON.stringify(data),
  }
}

/** One JSON value a line. */
export function ndjson(values: readonly unknown[]): Reply {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/x-ndjson; charset=utf-8', ...noStore },
    body: values.map((value) => `${JSON.stringify(value)}\n`).join(''),
  }
}

export function refusal(
  statusCode: number,
  error: string,
  message: string,
  headers?: Record<string, string>,
): Reply {
  return json(statusCode, { error, message }, headers)
}
