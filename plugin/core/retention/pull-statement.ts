import { isRecord } from '../basics/is-record.ts'
import type { Place } from './place.ts'

/** What Lambda needs of a repository. */
export const pullActions = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

/** `unknown`: it may well let Lambda pull, under a condition that is not judged here. */
export type PullVerdict = 'allows' | 'unknown' | 'does not'

export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

/**
 * Whether a statement lets Lambda pull for a function.
 * @param functionArn one whose name begins as those of the stack do; `...:function:*` for every one
 */
export function judgePull(statement: unknown, place: Place, functionArn: string): PullVerdict {
  if (!isRecord(statement) || statement['Effect'] !== 'Allow') return 'does not'
  const granted = listOf(statement['Action']).map(String)
  const all = pullActions.every((action) => granted.some((pattern) => matches(pattern, action)))
  if (!all || !namesLambda(statement['Principal'])) return 'does not'
  const { Condition: condition = {} } = statement
  if (!isRecord(condition)) return 'unknown'
  const verdicts = Object.entries(condition).map(([operator, keys]) =>
    judgeCondition(operator, keys, place, functionArn),
  )
  return verdicts.find((verdict) => verdict !== 'allows') ?? 'allows'
}

function namesLambda(principal: unknown): boolean {
  if (principal === '*') return true
  const services = isRecord(principal) ? listOf(principal['Service']) : []
  return services.includes('lambda.amazonaws.com')
}

function judgeCondition(
  operator: string,
  keys: unknown,
  { account }: Place,
  functionArn: string,
): PullVerdict {
  const [first, ...more] = Object.entries(isRecord(keys) ? keys : {})
  if (more.length > 0) return 'unknown'
  const [key, values] = first ?? ['', undefined]
  const texts = listOf(values).map(String)
  const name = `${operator} ${key}`.toLowerCase()
  if (/^(stringlike|arnlike|arnequals|stringequals) aws:sourcearn$/.test(name))
    return texts.some((pattern) => matches(pattern, functionArn)) ? 'allows' : 'does not'
  if (/^string(equals|like) aws:sourceaccount$/.test(name))
    return texts.some((pattern) => matches(pattern, account)) ? 'allows' : 'does not'
  return 'unknown'
}

/** IAM's `*` and `?`; a pattern that is taken for a text matches itself. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.\\+^${}()|[\]]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return pattern === text || new RegExp(`^${source}$`, 's').test(text)
}
