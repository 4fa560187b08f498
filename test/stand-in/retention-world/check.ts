import fc from 'fast-check'

import { histories, live, type History } from './history.ts'
import type { Rules } from './rules.ts'

/** A history that went wrong, at its shortest. */
export interface WrongHistory {
  readonly seed: number
  readonly story: readonly string[]
  readonly end: string
}

/**
 * Lives through 10,000 histories of a seed; nothing when none goes wrong.
 * @param sign what has to be in the end of a history that goes wrong
 */
export function findWrong(
  rules: Rules,
  parameters: fc.Parameters<[History]> & { readonly seed: number },
  { sign = '', kind = histories } = {},
): WrongHistory | undefined {
  const property = fc.property(kind, (history) => {
    const end = live(rules, history)
    if (end?.includes(sign)) throw new Error(end)
  })
  const { failed, counterexample, errorInstance, seed } = fc.check(property, {
    numRuns: 10_000,
    ...parameters,
  })
  if (!failed) return undefined
  const [history] = counterexample ?? []
  const told = [...(history?.shared ?? []), ...(history?.separate ?? [])]
  const story = told.map((happening) => happening.join(' '))
  return { seed, story, end: errorInstance instanceof Error ? errorInstance.message : '' }
}
