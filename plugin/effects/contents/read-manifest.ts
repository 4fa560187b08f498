import { readFile } from 'node:fs/promises'

import { isRecord } from '../../core/basics/is-record.ts'
import { parseJson } from '../../core/basics/parse-json.ts'
import type { ImageFile } from '../../ports/bundle.ts'

/** A package.json that goes into an image; `undefined` for none, and for what is no JSON object. */
export async function readManifest(
  file: Pick<ImageFile, 'source'> | undefined,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (file === undefined) return undefined
  const { source } = file
  try {
    const text =
      source.kind === 'file'
        ? await readFile(source.file, 'utf8')
        : Buffer.from(source.bytes).toString()
    const value = parseJson(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
