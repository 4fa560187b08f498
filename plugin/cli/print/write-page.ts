import { writeFile } from 'node:fs/promises'

import { redact } from '../../effects/secrets/known-secrets.ts'

/** Writes a page that was asked for beside the answer, and says where it is. */
export async function writePage(file: string, text: string): Promise<void> {
  await writeFile(file, redact(text))
  process.stderr.write(`Wrote ${file}, to be opened in a browser.\n`)
}
