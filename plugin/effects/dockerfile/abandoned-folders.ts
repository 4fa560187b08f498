import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'

const prefix = 'arc-container-images-'
const pattern = new RegExp(`^${prefix}(\\d+)-([0-9a-z]+)-\\w{6}$`)
const unknown = 'unknown'
const hour = 60 * 60 * 1000

/** Start of a private folder's name: whose it is can be told from it, also once that one is gone. */
export async function folderPrefix(): Promise<string> {
  return `${prefix}${process.pid}-${await processSpace()}-`
}

/**
 * Removes what a deploy of this user's left that was killed outright, with the registry's token in
 * it. Failing to is no reason to fail.
 *
 * A process that is gone, where its number means anything, leaves a folder for an hour: docker may
 * outlive it until its next line of output, which nobody reads. Elsewhere, as in another container
 * with the same /tmp, a living process looks gone, so only a day tells: the token ends after twelve
 * hours, and no build can push after that.
 */
export async function removeAbandoned(directory: string): Promise<void> {
  const user = process.getuid?.()
  if (user === undefined) return
  const space = await processSpace()
  const isAbandoned = async (name: string): Promise<boolean> => {
    const [, pid, of] = pattern.exec(name) ?? []
    if (pid === undefined || isRunning(Number(pid))) return false
    const folder = await lstat(join(directory, name))
    const age = Date.now() - folder.mtimeMs
    return (
      folder.isDirectory() &&
      folder.uid === user &&
      age > (of === space && of !== unknown ? hour : 24 * hour)
    )
  }
  const names = await readdir(directory).catch(() => [])
  await Promise.allSettled(
    names.map(async (name) => {
      if (await isAbandoned(name)) await rm(join(directory, name), { recursive: true, force: true })
    }),
  )
}

/** Where process numbers mean the same: this boot of this machine, and the container in it. */
async function processSpace(): Promise<string> {
  if (process.platform !== 'linux') return process.platform
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const container = await readlink('/proc/self/ns/pid')
    return createHash('sha256').update(`${boot}${container}`).digest('hex').slice(0, 12)
  } catch {
    return unknown
  }
}

/** Also one that is not ours to ask about, or that got the number of another. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
