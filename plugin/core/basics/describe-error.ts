import { ContainerImageError } from '../../errors.ts'

/** An error as it is printed: one label, no stack. */
export function describeError(error: unknown): string {
  if (error instanceof ContainerImageError) return `${error.code}: ${error.message}`
  const seen = error instanceof Error ? error.message || error.name : textOfAny(error)
  return `${seen}\nThis was not expected: --verbose prints where it comes from, which is what a report of it needs.`
}

/** Something was thrown that is no error. */
function textOfAny(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : JSON.stringify(thrown)
}
