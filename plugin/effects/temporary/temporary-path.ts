import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeTheEnd } from './before-the-end.ts'
import { ownerMark } from './owner-mark.ts'

/** Names in `temporary`: whose it is, and which. */
export const temporaryName = /^(\d+)-([0-9a-z]+)-[0-9a-f-]{36}$/

const opened = new Set<string>()

/**
 * A fresh path for unfinished work, on the cache's own disk so that a rename can finish it. What is
 * there when this process ends, also by a signal, is removed.
 */
export async function temporaryPath(cacheDirectory: string): Promise<string> {
  const folder = join(cacheDirectory, 'temporary')
  const mark = await ownerMark()
  if (!opened.has(folder)) beforeTheEnd(() => removeOwn(folder, mark))
  opened.add(folder)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return join(folder, `${mark}-${randomUUID()}`)
}

function removeOwn(folder: string, mark: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : []
  for (const name of names)
    if (name.startsWith(`${mark}-`)) rmSync(join(folder, name), { recursive: true, force: true })
}
