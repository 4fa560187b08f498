/** What package managers keep in `node_modules` for themselves. */
export const ownFolders: ReadonlySet<string> = new Set(['.bin', '.cache', '.pnpm'])

/**
 * The folders of the packages that a path is in, the outermost first; none for what is in no
 * package. A name with a dot may be generated code (`.prisma`); what is in a package's own
 * `node_modules` and in no folder there is the package's.
 * @param path of a file, posix, from the folder that has `node_modules`
 */
export function packageFolders(path: string): string[] {
  const parts = path.split('/')
  const folders: string[] = []
  for (let at = 0; at < parts.length - 1; at++) {
    if (parts[at] !== 'node_modules') {
      if (folders.length === 0) return []
      continue
    }
    let end = at + 1
    while (parts[end]?.startsWith('@')) end++
    if (ownFolders.has(parts[end] ?? '') && end < parts.length - 1) return []
    if (end >= parts.length - 1) return folders
    folders.push(parts.slice(0, end + 1).join('/'))
    at = end
  }
  return folders
}
