import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { isRecord, textOf } from '../core/basics/is-record.ts'

/** Of this package: its manifest lies above the sources as above what was built of them. */
export async function readVersion(): Promise<string> {
  const file = join(import.meta.dirname, '../../package.json')
  const manifest: unknown = JSON.parse(await readFile(file, 'utf8'))
  return (isRecord(manifest) && textOf(manifest['version'])) || 'unknown'
}
