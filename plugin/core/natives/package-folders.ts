/** What package managers keep in `node_modules` for themselves. */
export const ownFolders: ReadonlySet<string> = new Set(['.bin', '.cache', '.pnpm'])

/**
 * The folders of the packages that a path is in, the outermost first; none for what is in no
 * package. A name with a dot may be generated code (`.prisma`).
 * @param path of a file, posix, from the folder that has `node_modules`
 */
export function packageFolders(path: string): string[] {
  const parts = path.split('/')
  const folders: string[] = []
  for (let at = 0; at < parts.length - 1;) {
    if (parts[at] !== 'node_modules') {
      if (folders.length === 0) return []
      at++
      continue
    }
    let end = at + 1
    while (parts[end]?.startsWith('@') && !ownFolders.has(parts[end] ?? '')) end++
    if (end >= parts.length - 1 || ownFolders.has(parts[end] ?? '')) return []
    folders.push(parts.slice(0, end + 1).join('/'))
    at = end + 1
  }
  return folders
}
