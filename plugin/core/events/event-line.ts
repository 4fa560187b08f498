import { serviceWords, withoutValues } from './service-words.ts'
import { isFailure, type StackEvent } from './stack-event.ts'

/** An event as a line for people who wait. */
export interface EventLine {
  readonly text: string
  /** Kept in a log: the stack's own states, functions that are done, replacements, failures. */
  readonly matters: boolean
  readonly failed: boolean
}

/** @param names what the app calls its functions, by logical id */
export function eventLine(event: StackEvent, names: ReadonlyMap<string, string>): EventLine {
  const { kind, logicalId, type, status, reason } = event
  const failed = isFailure(event)
  const isReplaced = reason.includes('requires the creation of a new physical resource')
  const isFunction = type === 'AWS::Lambda::Function' && status.endsWith('_COMPLETE')
  const words = serviceWords(reason)?.message ?? reason
  const why = failed && words !== '' ? `: ${withoutValues(words).replaceAll(/\s+/g, ' ')}` : ''
  const what = isReplaced ? `${status}, replaced by a new one` : status
  return {
    text: `${names.get(logicalId) ?? logicalId} ${what}${why}`,
    matters: kind === 'stack' || failed || isReplaced || isFunction,
    failed,
  }
}
