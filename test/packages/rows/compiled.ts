import type { PackageRow } from '../package-row.ts'

/**
 * A package that brings no native file for Lambda and would have to be compiled.
 * @param culprit the package that the message names, where it is one that this one needs
 */
export function compiled(
  name: string,
  version: string,
  advice: string,
  culprit = name,
): PackageRow {
  return {
    name,
    version,
    handler: `import * as used from '${name}'
export const handler = async () => Object.keys(used).length`,
    expected: {
      refused: 'DEPENDENCIES_UNFIT',
      says: new RegExp(`${culprit}@.*arc-images dockerfile used`, 's'),
    },
    advice,
  }
}
