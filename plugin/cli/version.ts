import { readFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'

import { isRecord, textOf } from '../core/basics/is-record.ts'

/** Of this package, whether its sources run or what was built of them. */
export async function readVersion(): Promise<string> {
  const file = findPackageJSON(import.meta.url)
  const manifest: unknown = file === undefined ? {} : JSON.parse(await readFile(file, 'utf8'))
  return (isRecord(manifest) && textOf(manifest['version'])) || 'unknown'
}
