import { createHash } from 'node:crypto'

import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { type Input, optionalText, text, texts } from '../json-actions.ts'
import type { StoredLogEvent } from './stored-log-event.ts'

const known = new Set([
  'logGroupName',
  'startTime',
  'endTime',
  'limit',
  'nextToken',
  'logStreamNames',
])

/** Where the next page begins, and how many empty ones come before it. */
interface Place {
  readonly start: number
  readonly empty: number
}

/**
 * CloudWatch's own pages: one can be empty and yet name a next one. Shapes and limits from
 * botocore's `logs` model, texts from memory.
 */
export function filterLogEvents(input: Input, context: Context): object {
  const { state, behaviour } = context
  const unknown = Object.keys(input).find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new AwsFault('NotImplemented', `The stand-in of AWS does not know '${unknown}'.`, 501)
  const group = text(input, 'logGroupName')
  if (!state.logGroups.includes(group))
    throw new AwsFault('ResourceNotFoundException', 'The specified log group does not exist.')
  const limit = wholeNumber(input, 'limit', 1, 10_000) ?? 10_000
  const found = eventsBetween(input, group, context)
  const { start, empty } = placeOf(input) ?? { start: 0, empty: behaviour.emptyLogPages }
  if (empty > 0)
    return {
      events: [],
      searchedLogStreams: [],
      nextToken: tokenOf(input, { start, empty: empty - 1 }),
    }
  const end = start + Math.min(limit, behaviour.logPageSize)
  const next = { start: end, empty: behaviour.emptyLogPages }
  return {
    events: found.slice(start, end),
    searchedLogStreams: [],
    ...(end < found.length && { nextToken: tokenOf(input, next) }),
  }
}

function eventsBetween(input: Input, group: string, { state, now }: Context): StoredLogEvent[] {
  const start = wholeNumber(input, 'startTime', 0) ?? 0
  const end = wholeNumber(input, 'endTime', 0) ?? Infinity
  const streams = input['logStreamNames'] === undefined ? undefined : texts(input, 'logStreamNames')
  return (state.logEvents[group] ?? [])
    .filter(({ timestamp }) => timestamp >= start && timestamp <= end)
    .filter(({ ingestionTime }) => ingestionTime <= now())
    .filter(({ logStreamName }) => streams?.includes(logStreamName) ?? true)
    .toSorted((one, other) => one.timestamp - other.timestamp)
}

function wholeNumber(
  input: Input,
  name: string,
  least: number,
  most = Infinity,
): number | undefined {
  const value = input[name]
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new AwsFault('SerializationException', `${name} is not a whole number`)
  if (value >= least && value <= most) return value
  throw new AwsFault(
    'InvalidParameterException',
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value between ${least} and ${most}`,
  )
}

/** A token is good for the question that it was given to, and for no other. */
function tokenOf(input: Input, place: Place): string {
  return Buffer.from(JSON.stringify({ ...place, question: questionOf(input) })).toString('base64')
}

function placeOf(input: Input): Place | undefined {
  const token = optionalText(input, 'nextToken')
  if (token === undefined) return undefined
  const refused = new AwsFault('InvalidParameterException', 'The specified nextToken is invalid.')
  try {
    const { question, ...place } = JSON.parse(Buffer.from(token, 'base64').toString())
    if (question === questionOf(input)) return place
  } catch {
    throw refused
  }
  throw refused
}

function questionOf(input: Input): string {
  const { nextToken: _, ...question } = input
  return createHash('sha256').update(JSON.stringify(question)).digest('hex')
}
