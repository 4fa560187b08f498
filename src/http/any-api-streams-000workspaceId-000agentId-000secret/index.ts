import { isSecretOf } from '../../shared/agent-secret.ts'
import { parseDocuments, parseSearch } from '../../shared/documents.ts'
import { memoryLocation } from '../../shared/memory-location.ts'
import { openMemoryStore, type MemoryStore } from '../../shared/memory-store.ts'
import { json, ndjson, refusal, type Reply } from '../../shared/replies.ts'

/** What this function reads of an HTTP API's event (payload format 2.0). */
interface HttpEvent {
  readonly requestContext: { readonly http: { readonly method: string } }
  readonly pathParameters?: Readonly<Record<string, string | undefined>>
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>>
  readonly body?: string
  readonly isBase64Encoded?: boolean
}

let opened: Promise<MemoryStore> | undefined

/** POST remembers documents, GET searches them; both only with the agent's own secret. */
export async function handler(event: HttpEvent): Promise<Reply> {
  const { workspaceId = '', agentId = '', secret = '' } = event.pathParameters ?? {}
  if (!isIdentifier(workspaceId) || !isIdentifier(agentId)) {
    return refusal(400, 'bad_request', 'Workspace and agent are 1 to 64 of A-Z, a-z, 0-9, _ and -.')
  }
  if (!(await isSecretOf({ workspaceId, agentId }, secret))) {
    return refusal(403, 'forbidden', 'This secret does not open this memory.')
  }
  const memory = `${workspaceId}.${agentId}`
  switch (event.requestContext.http.method) {
    case 'POST':
      return remember(memory, event)
    case 'GET':
      return search(memory, event)
    default:
      return refusal(405, 'method_not_allowed', 'Use POST to remember, GET to search.', {
        allow: 'GET, POST',
      })
  }
}

async function remember(memory: string, event: HttpEvent): Promise<Reply> {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  const documents = parseDocuments(body.toString())
  if (!documents.ok) return refusal(400, 'bad_request', documents.message)
  const store = await openStore()
  await store.remember(memory, documents.value)
  return json(200, { remembered: documents.value.map(({ id }) => id) })
}

async function search(memory: string, event: HttpEvent): Promise<Reply> {
  const query = parseSearch(event.queryStringParameters ?? {})
  if (!query.ok) return refusal(400, 'bad_request', query.message)
  const store = await openStore()
  return ndjson(await store.search(memory, query.value.text, query.value.limit))
}

/** Opened once an instance; a failed attempt is not kept. */
async function openStore(): Promise<MemoryStore> {
  opened ??= openMemoryStore(memoryLocation(process.env))
  try {
    return await opened
  } catch (error) {
    opened = undefined
    throw error
  }
}

function isIdentifier(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text)
}
