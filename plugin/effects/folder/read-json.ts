import { readFile } from 'node:fs/promises'

import { isRecord } from '../../core/basics/is-record.ts'
import { parseJson } from '../../core/basics/parse-json.ts'

/** A JSON object of a file, or nothing when the file is not there or holds something else. */
export async function readJson(
  file: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const value = parseJson(await readFile(file, 'utf8'))
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
