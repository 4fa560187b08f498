import type { ErrorCode, Problem } from '../../errors.ts'

/** What is wrong with one of several things. */
export interface Fault {
  /** Its name. */
  readonly of: string
  /** Where it is written: `app.arc:12`. */
  readonly place?: string
  readonly reason: string
}

/** What is the same of several is one problem: `app.arc:3, app.arc:5: 'get /', 'get /a': ...`. */
export function sayOnce(code: ErrorCode, faults: readonly Fault[]): readonly Problem[] {
  return [...Map.groupBy(faults, ({ reason }) => reason)].map(([reason, same]) => {
    const places = same.flatMap(({ place }) => place ?? []).join(', ')
    const names = same.map((fault) => `'${fault.of}'`).join(', ')
    return { code, message: `${places === '' ? '' : `${places}: `}${names}: ${reason}` }
  })
}
