import { statSync } from 'node:fs'

/** At once, as the plan asks for a few names a function. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
