import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

import { parseClaim } from '../aws/signature.ts'
import { listenOnLoopback } from '../lambda/listen-on-loopback.ts'

/** A row as DynamoDB's JSON has it, of strings only. */
type Row = Readonly<Record<string, string>>

export interface Table {
  /** As the app calls it. */
  readonly name: string
  /** As DynamoDB does. */
  readonly tableName: string
  /** Partition key, and sort key if it has one. */
  readonly key: readonly string[]
  readonly rows: readonly Row[]
}

export interface AppServices {
  /** What a function finds in its environment. */
  readonly environment: Readonly<Record<string, string>>
  /** `ssm.GetParametersByPath`, `dynamodb.GetItem`, ... */
  readonly journal: readonly string[]
  close(): Promise<void>
}

type Answer = { readonly status: number; readonly body: unknown }

const accessKeyId = 'ASIASTANDINFUNCTION1'
const region = 'us-west-2'

/**
 * STAND-IN of what a deployed function asks of AWS through `@architect/functions`: the names of its
 * tables (SSM GetParametersByPath) and one row of one (DynamoDB GetItem). Anything else is refused.
 */
export async function startAppServices(options: {
  readonly stackName: string
  readonly tables: readonly Table[]
}): Promise<AppServices> {
  const journal: string[] = []

  const actions: Readonly<Record<string, (input: Record<string, unknown>) => Answer>> = {
    'ssm.AmazonSSM.GetParametersByPath': ({ Path: path, Recursive: recursive }) => {
      const asked = path === `/${options.stackName}` && recursive === true
      const parameters = (asked ? options.tables : []).map(({ name, tableName }) => ({
        Name: `/${options.stackName}/tables/${name}`,
        Type: 'String',
        Value: tableName,
      }))
      return { status: 200, body: { Parameters: parameters } }
    },
    'dynamodb.DynamoDB_20120810.GetItem': ({ TableName: tableName, Key: key }) => {
      const table = options.tables.find((each) => each.tableName === tableName)
      if (table === undefined)
        return fault('ResourceNotFoundException', 'Requested resource not found')
      const wanted = readKey(table, key)
      if (wanted === undefined) {
        return fault('ValidationException', 'The provided key element does not match the schema')
      }
      const found = table.rows.find((row) => table.key.every((name) => row[name] === wanted[name]))
      if (found === undefined) return { status: 200, body: {} }
      const item = Object.entries(found).map(([name, value]) => [name, { S: value }])
      return { status: 200, body: { Item: Object.fromEntries(item) } }
    },
  }

  const answer = (service: string, target: string, body: string): Answer => {
    const action = actions[`${service}.${target}`]
    if (action === undefined) return fault('UnknownOperationException', '')
    return action(Object(JSON.parse(body)))
  }

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = await buffer(request)
    const claim = parseClaim(request.headers.authorization)
    const target = String(request.headers['x-amz-target'] ?? '')
    const service = claim?.service ?? ''
    journal.push(`${service}.${target.split('.').at(-1)}`)
    const { status, body } =
      claim?.accessKeyId === accessKeyId
        ? answer(service, target, bytes.toString())
        : fault('UnrecognizedClientException', 'The security token included is invalid.')
    const type = request.headers['content-type'] ?? 'application/x-amz-json-1.0'
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body))
  }
  const server = createServer((request, response) => void respond(request, response))
  const { host, close } = await listenOnLoopback(server)
  return {
    environment: {
      AWS_ENDPOINT_URL: `http://${host}`,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'stand-in',
      AWS_REGION: region,
    },
    journal,
    close,
  }
}

/** The key, when it has exactly the attributes of the table's, each a string. */
function readKey(table: Table, key: unknown): Row | undefined {
  const given: Record<string, { readonly S?: unknown } | undefined> = Object(key)
  if (Object.keys(given).toSorted().join() !== table.key.toSorted().join()) return undefined
  const values = Object.entries(given).map(([name, value]) => [name, value?.S])
  return values.every(([, value]) => typeof value === 'string')
    ? Object.fromEntries(values)
    : undefined
}

function fault(code: string, message: string): Answer {
  return { status: 400, body: { __type: `com.amazonaws#${code}`, message } }
}
