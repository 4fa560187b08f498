import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { writeWhole } from './write-whole.ts'

/** The JSON of a record that was written by `writeProven`, to the last byte; else nothing. */
export function readProven(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    const end = text.indexOf('\n')
    const json = text.slice(end + 1)
    return hash('sha256', json, 'hex') === text.slice(0, end) ? json : undefined
  } catch {
    return undefined
  }
}

/** Writes a record that `readProven` gives back. A cache that cannot be written is only slower. */
export async function writeProven(
  cacheDirectory: string,
  file: string,
  json: string,
): Promise<void> {
  await writeWhole(cacheDirectory, file, `${hash('sha256', json, 'hex')}\n${json}`, true)
}
