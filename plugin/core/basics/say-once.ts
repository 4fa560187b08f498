import type { ErrorCode, Problem } from '../../errors.ts'

/** What is wrong with one of several things. */
export interface Fault {
  /** Its name. */
  readonly of: string
  readonly reason: string
}

/** What is the same of several is one problem: `'get /', 'scheduled compact': ...`. */
export function sayOnce(code: ErrorCode, faults: readonly Fault[]): readonly Problem[] {
  return [...Map.groupBy(faults, ({ reason }) => reason)].map(([reason, same]) => ({
    code,
    message: `${same.map((fault) => `'${fault.of}'`).join(', ')}: ${reason}`,
  }))
}
