import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Names that are looked at: where there are more, looking takes longer than it saves. */
const most = 200

/** Whether a native file may be somewhere in a folder, or where a link in it leads. */
export function mayHaveNatives(folder: string): boolean {
  const folders = [folder]
  let seen = 0
  try {
    for (const each of folders) {
      const entries = readdirSync(each, { withFileTypes: true })
      seen += entries.length
      if (seen > most || entries.some(isOrLeadsToNative)) return true
      for (const { name } of entries.filter((entry) => entry.isDirectory()))
        folders.push(join(each, name))
    }
    return false
  } catch {
    // What cannot be looked into may still be known by name.
    return true
  }
}

/** What is neither file nor folder may lead to either. */
function isOrLeadsToNative(entry: Dirent): boolean {
  return entry.isFile() ? entry.name.toLowerCase().endsWith('.node') : !entry.isDirectory()
}
