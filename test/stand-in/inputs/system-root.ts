import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, realpath, writeFile, chmod } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * A folder with this machine's Node and some of its programs at their own paths, and the libraries
 * that they load: as much of a system as a start needs. Programs that are not here are left out.
 */
export async function makeSystemRoot(
  folder: string,
  programs: readonly string[] = [],
): Promise<{ readonly node: string; readonly has: (program: string) => string | undefined }> {
  const found = new Map<string, string>()
  for (const program of programs) {
    const { stdout, status } = spawnSync('sh', ['-c', `command -v ${program}`], {
      encoding: 'utf8',
    })
    if (status === 0) found.set(program, await realpath(stdout.trim()))
  }
  const node = '/bin/node'
  await copyTo(folder, process.execPath, node)
  for (const file of found.values()) await copyTo(folder, file, file)
  for (const program of [process.execPath, ...found.values()]) {
    const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' })
    for (const [, library = ''] of stdout.matchAll(/(\/\S+) \(0x/g)) {
      await copyTo(folder, await realpath(library), library)
    }
  }
  await chmod(folder, 0o755)
  return { node, has: (program) => found.get(program) }
}

const copied = new Set<string>()

async function copyTo(folder: string, from: string, path: string): Promise<void> {
  const to = join(folder, path)
  if (copied.has(to)) return
  copied.add(to)
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to)
  await chmod(to, 0o755)
}

/** A file of a test, readable by everybody whatever the umask. */
export async function putFile(folder: string, path: string, text: string): Promise<void> {
  const to = join(folder, path)
  await mkdir(dirname(to), { recursive: true })
  await writeFile(to, text)
  await chmod(to, 0o644)
}
