import { randomUUID } from 'node:crypto'

import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { type Input, text, texts } from '../json-actions.ts'
import type { State } from '../state.ts'
import { countReports, type ReportRow } from './insights-query.ts'
import type { StoredLogEvent } from './stored-log-event.ts'

/** A query, and how often it will still say that it runs. */
interface Query {
  polls: number
  readonly answer: object
}

const queries = new WeakMap<State, Map<string, Query>>()
const startMembers = new Set(['logGroupNames', 'startTime', 'endTime', 'queryString', 'limit'])

/**
 * STAND-IN of CloudWatch Logs Insights: it understands the one query that the plugin sends, and
 * refuses every other. Shapes and limits from botocore's `logs` model, field names of reports from
 * AWS's page "Supported logs and discovered fields".
 */
export function startQuery(input: Input, context: Context): object {
  const { state, account, behaviour } = context
  const stranger = Object.keys(input).find((name) => !startMembers.has(name))
  if (stranger !== undefined) throw notKnown(`'${stranger}'`)
  const groups = texts(input, 'logGroupNames')
  if (groups.length === 0 || groups.length > 50) throw invalid('A query takes 1 to 50 log groups.')
  const missing = groups.find((name) => !state.logGroups.includes(name))
  if (missing !== undefined)
    throw new AwsFault(
      'ResourceNotFoundException',
      `Log group '${missing}' does not exist for account ID '${account}'`,
    )
  const [start, end] = [seconds(input, 'startTime'), seconds(input, 'endTime')]
  if (start > end) throw invalid('Query start time is after its end time.')
  const limit = seconds(input, 'limit')
  if (limit < 1 || limit > 10_000) throw invalid('limit has to be between 1 and 10000.')
  const events = groups.flatMap((group) =>
    (state.logEvents[group] ?? [])
      // Both ends are included, in whole seconds.
      .filter(({ timestamp }) => timestamp >= start * 1000 && timestamp < (end + 1) * 1000)
      .map((event) => ({ log: `${account}:${group}`, event })),
  )
  const rows = countReports(text(input, 'queryString'), events)
  const queryId = randomUUID()
  const known = queries.get(state) ?? new Map<string, Query>()
  queries.set(state, known)
  known.set(queryId, {
    polls: behaviour.emptyLogPages,
    answer: answerOf(
      rows.slice(0, limit),
      events.map(({ event }) => event),
    ),
  })
  return { queryId }
}

export function getQueryResults(input: Input, { state }: Context): object {
  const query = queries.get(state)?.get(text(input, 'queryId'))
  if (query === undefined) throw new AwsFault('ResourceNotFoundException', 'Query not found')
  if (query.polls-- > 0) return { results: [], status: 'Running', statistics: {} }
  return query.answer
}

function answerOf(rows: readonly ReportRow[], events: readonly StoredLogEvent[]): object {
  const bytesScanned = events.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0)
  return {
    queryLanguage: 'CWLI',
    status: 'Complete',
    results: rows.map((row) =>
      Object.entries(row).map(([field, value]) => ({ field, value: String(value) })),
    ),
    statistics: { recordsMatched: rows.length, recordsScanned: events.length, bytesScanned },
  }
}

function seconds(input: Input, name: string): number {
  const value = input[name]
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw invalid(`${name} has to be a whole number.`)
}

function invalid(message: string): AwsFault {
  return new AwsFault('InvalidParameterException', message)
}

function notKnown(what: string): AwsFault {
  return new AwsFault('NotImplemented', `The stand-in of AWS does not know ${what}.`, 501)
}
