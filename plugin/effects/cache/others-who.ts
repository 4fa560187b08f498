import type { Stats } from 'node:fs'

/** Who else may change a folder; Windows has no such modes. */
export function othersWho(found: Stats): string | undefined {
  const [user, group] = [process.getuid?.(), process.getgid?.()]
  if (user === undefined) return undefined
  if (found.uid !== user && user !== 0) return `belongs to another user (${found.uid})`
  return writers(found, group)
}

/** A folder of one's own group is what many systems make by themselves (umask 002). */
function writers({ mode, gid }: Stats, group: number | undefined): string | undefined {
  if ((mode & 0o002) !== 0) return 'may be written by all users'
  if ((mode & 0o020) !== 0 && gid !== group) return `may be written by the group ${gid}`
  return undefined
}
