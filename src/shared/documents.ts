import { createHash } from 'node:crypto'

/** What an agent remembers. */
export interface Document {
  readonly id: string
  readonly text: string
}

/** Either what was read, or why it could not be. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string }

const limits = { documents: 500, text: 20_000, id: 200, results: 100 }

/**
 * The body of a POST: `{ "documents": [{ "id"?: string, "text": string }] }`. A document without
 * an id is named by its text, so that posting it again does not double it; of several with one id
 * the last counts.
 */
export function parseDocuments(body: string): Parsed<Document[]> {
  const data = parseJson(body)
  if (!isRecord(data) || !Array.isArray(data['documents'])) {
    return refuse('The body must be JSON: { "documents": [{ "text": "..." }] }.')
  }
  const given: readonly unknown[] = data['documents']
  if (given.length === 0 || given.length > limits.documents) {
    return refuse(`"documents" has ${given.length} entries; send 1 to ${limits.documents}.`)
  }
  const documents = new Map<string, Document>()
  for (const [index, entry] of given.entries()) {
    const { id, text } = isRecord(entry) ? entry : {}
    if (typeof text !== 'string' || !isSearchable(text)) {
      return refuse(`documents[${index}].text must be words, ${limits.text} characters at most.`)
    }
    if (id !== undefined && (typeof id !== 'string' || id === '' || id.length > limits.id)) {
      return refuse(`documents[${index}].id must be text of 1 to ${limits.id} characters.`)
    }
    const name = id ?? createHash('sha256').update(text).digest('hex').slice(0, 32)
    documents.set(name, { id: name, text })
  }
  return { ok: true, value: [...documents.values()] }
}

/** The query of a GET: `?q=words` and, if wanted, `&limit=5`. */
export function parseSearch(
  query: Readonly<Record<string, string | undefined>>,
): Parsed<{ text: string; limit: number }> {
  const text = query['q'] ?? ''
  const limit = Number(query['limit'] ?? '5')
  if (!isSearchable(text)) return refuse('Say what to search for: ?q=words.')
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.results) {
    return refuse(`"limit" must be a whole number from 1 to ${limits.results}.`)
  }
  return { ok: true, value: { text, limit } }
}

/** A text without letters and digits has no direction that a search could compare. */
function isSearchable(text: string): boolean {
  return text.length <= limits.text && /[\p{L}\p{N}]/u.test(text)
}

function refuse(message: string): { ok: false; message: string } {
  return { ok: false, message }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
