import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { SandboxTable } from '../../ports/sandbox.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'

/** Functions may be reading the one before. */
export async function writeTable(
  file: string,
  table: SandboxTable,
  cacheDirectory: string,
): Promise<void> {
  if (Object.keys(table).length === 0) return await rm(file, { force: true })
  const temporary = await temporaryPath(cacheDirectory)
  await writeFile(temporary, JSON.stringify(table))
  await mkdir(dirname(file), { recursive: true })
  await rename(temporary, file)
}
