import { inspect } from 'node:util'

import { ContainerImageError } from '../../errors.ts'

/** An error as it is printed: one label, no stack. */
export function describeError(error: unknown): string {
  if (error instanceof ContainerImageError) return `${error.code}: ${error.message}`
  const seen = error instanceof Error ? error.message || error.name : inspect(error, { depth: 1 })
  return `${seen}\nThis was not expected: --verbose prints where it comes from, which is what a report of it needs.`
}
