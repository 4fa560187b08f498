import { isWorthHiding } from '../../core/secrets/is-worth-hiding.ts'
import { createRedactor } from '../../core/secrets/redact-values.ts'

const known = new Set<string>()
let redactKnown = createRedactor(known)

/** Remembers values for as long as this process runs; words and short ones are let pass. */
export function learnSecrets(values: Iterable<string>): void {
  const before = known.size
  for (const value of values) if (isWorthHiding(value)) known.add(value)
  if (known.size > before) redactKnown = createRedactor(known)
}

/** A text without any value that was learnt so far. */
export function redact(text: string): string {
  return redactKnown(text)
}

/** The same for the texts of an error and of all that caused it. */
export function redactError(error: unknown): void {
  const seen = new Set<unknown>()
  for (let each = error; each instanceof Error && !seen.has(each); each = each.cause) {
    seen.add(each)
    each.message = redact(each.message)
    if (each.stack !== undefined) each.stack = redact(each.stack)
  }
}
