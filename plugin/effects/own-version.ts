import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

import { recordOf, textOf } from '../core/basics/is-record.ts'

/** The version of this package, whether its sources run or what was built of them. */
export function ownVersion(): string {
  const file = findPackageJSON(import.meta.url)
  const manifest: unknown = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'))
  return textOf(recordOf(manifest)['version']) ?? 'unknown'
}
