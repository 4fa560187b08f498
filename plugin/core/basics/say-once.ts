import type { ErrorCode, Problem } from '../../errors.ts'

/** What is the same of several is one problem: `'get /', 'scheduled compact': ...`. */
export function sayOnce(
  code: ErrorCode,
  faults: readonly { readonly of: string; readonly reason: string }[],
): readonly Problem[] {
  return [...Map.groupBy(faults, ({ reason }) => reason)].map(([reason, same]) => ({
    code,
    message: `${same.map((fault) => `'${fault.of}'`).join(', ')}: ${reason}`,
  }))
}
