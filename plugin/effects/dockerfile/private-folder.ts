import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { folderPrefix, removeAbandoned } from './abandoned-folders.ts'

/** A folder of this user's alone. */
export interface PrivateFolder {
  readonly path: string
  remove(): Promise<void>
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const folders = new Set<string>()
/** One look serves every image of a deploy. */
let swept: Promise<void> | undefined

/**
 * A folder for what must not stay: it goes away also when the deploy is interrupted. One that was
 * killed leaves its folder to the next.
 */
export async function createPrivateFolder(): Promise<PrivateFolder> {
  await (swept ??= removeAbandoned(tmpdir()))
  const prefix = join(tmpdir(), await folderPrefix())
  if (folders.size === 0) listen()
  // mkdtemp makes it for this user only (0700).
  const path = await mkdtemp(prefix)
  folders.add(path)
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true })
      folders.delete(path)
      if (folders.size === 0) stopListening()
    },
  }
}

function removeAll(): void {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
  folders.clear()
}

/** Listening keeps a signal from ending us, so it is sent again once nothing of ours listens. */
function interrupted(signal: NodeJS.Signals): void {
  stopListening()
  removeAll()
  process.kill(process.pid, signal)
}

function listen(): void {
  stopListening()
  process.on('exit', removeAll)
  for (const signal of signals) process.on(signal, interrupted)
}

function stopListening(): void {
  process.off('exit', removeAll)
  for (const signal of signals) process.off(signal, interrupted)
}
