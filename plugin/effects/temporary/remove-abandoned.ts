import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { stateOfOwner } from './owner-mark.ts'

const day = 24 * 60 * 60 * 1000

/**
 * Removes what deploys of this user's left in a folder that were killed outright: installs with
 * their registries' tokens, docker's login. Failing to is no reason to fail.
 *
 * Of a process that is gone, where its number means anything, all goes at once, also if a docker
 * that it started still runs: nobody waits for that now. Elsewhere, as in another container
 * with the same folder, a living process looks gone, so only a day tells.
 * @param name matches `PID-SPACE` of `ownerMark` as its two groups
 */
export async function removeAbandoned(directory: string, name: RegExp): Promise<void> {
  const user = process.getuid?.()
  const isAbandoned = async (entry: string): Promise<boolean> => {
    const [, pid, space = ''] = name.exec(entry) ?? []
    if (pid === undefined) return false
    const state = await stateOfOwner(Number(pid), space)
    if (state === 'alive') return false
    const found = await lstat(join(directory, entry))
    if (found.isSymbolicLink() || (user !== undefined && found.uid !== user)) return false
    return state === 'gone' || Date.now() - found.mtimeMs > day
  }
  const entries = await readdir(directory).catch(() => [])
  await Promise.allSettled(
    entries.map(async (entry) => {
      if (await isAbandoned(entry))
        await rm(join(directory, entry), { recursive: true, force: true })
    }),
  )
}
