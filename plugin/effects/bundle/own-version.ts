import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

import { recordOf } from '../../core/basics/is-record.ts'

/** Of this package: another one may make something else of the same sources. */
export function ownVersion(): unknown {
  const file = findPackageJSON(import.meta.url)
  return file === undefined
    ? undefined
    : recordOf(JSON.parse(readFileSync(file, 'utf8')))['version']
}
