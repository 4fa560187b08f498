import { isRecord } from '../../core/basics/is-record.ts'
import { parseJson } from '../../core/basics/parse-json.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import type { PackedFile } from '../layer/layer-entry.ts'
import { readSource } from '../layer/read-source.ts'

/** A package.json that goes into an image; `undefined` for none, and for what is no JSON object. */
export function readManifest(
  file: Pick<ImageFile | PackedFile, 'source'> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (file === undefined) return undefined
  try {
    const value = parseJson(Buffer.from(readSource(file.source)).toString())
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
