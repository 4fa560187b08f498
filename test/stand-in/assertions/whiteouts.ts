import { lstat, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { posix } from 'node:path'

/** Files of a layer that take away what lies in lower ones (OCI image spec, layer.md). */
export function readWhiteouts() {
  const own = new Set<string>()
  const removed: string[] = []
  const emptied: string[] = []

  /** For the unpacker: whiteouts are noted and not written. */
  const keep = ({ name }: { readonly name: string }): boolean => {
    const path = posix
      .normalize(name)
      .replace(/^\.?\//, '')
      .replace(/\/$/, '')
    const base = posix.basename(path)
    if (base === '.wh..wh..opq') emptied.push(posix.dirname(path))
    else if (base.startsWith('.wh.')) removed.push(path.slice(0, -base.length) + base.slice(4))
    else own.add(path)
    return !base.startsWith('.wh.')
  }

  /** Once the layer's own files are there: only what lower layers brought is removed. */
  const apply = async (root: string): Promise<void> => {
    const drop = async (path: string): Promise<void> => {
      const found = await lstat(join(root, path)).catch(() => undefined)
      if (found === undefined) return
      if (!found.isDirectory()) {
        if (!own.has(path)) await rm(join(root, path))
        return
      }
      await dropChildren(path)
      if (!own.has(path) && (await readdir(join(root, path))).length === 0) {
        await rmdir(join(root, path))
      }
    }
    const dropChildren = async (path: string): Promise<void> => {
      const names = await readdir(join(root, path)).catch(() => [])
      for (const name of names) await drop(path === '.' ? name : `${path}/${name}`)
    }
    for (const path of removed) await drop(path)
    for (const path of emptied) await dropChildren(path)
  }

  return { keep, apply }
}
