import { readdir, symlink } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

/** A PATH on which every program of this machine's is but one, as links in `folder`. */
export async function pathWithout(name: string, folder: string): Promise<string> {
  const path = [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(delimiter)]
  const taken = new Set([name])
  for (const from of path) {
    for (const program of await readdir(from).catch(() => [])) {
      if (taken.has(program)) continue
      taken.add(program)
      await symlink(join(from, program), join(folder, program))
    }
  }
  return folder
}
