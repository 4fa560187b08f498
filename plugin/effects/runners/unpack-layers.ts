import {
  chmodSync,
  closeSync,
  fchmodSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

import { createImageTree } from '../../core/image/image-tree.ts'
import { layerContents, type LayerContent } from '../layer/layer-contents.ts'

/**
 * Unpacks layers over one another into an empty folder, the lowest first, as a container engine
 * does: whiteouts take away, links lead nowhere outside of the folder.
 *
 * Every file gets for all users the bits that Lambda's user has, so that whoever a started function
 * is taken for here, it may do what it may do in Lambda. The owner can always write, else nobody
 * could remove the folder.
 */
export async function unpackLayers(
  layers: readonly AsyncIterable<Uint8Array>[],
  root: string,
): Promise<void> {
  const tree = createImageTree()
  const folders = new Map<string, number>()
  const makeFolder = (path: string): void => {
    if (path === '.' || folders.has(path)) return
    makeFolder(dirname(path))
    mkdirSync(join(root, path), { recursive: true })
    folders.set(path, usual)
  }
  for (const layer of layers) {
    tree.nextLayer()
    for await (const content of layerContents(layer)) {
      const { removed, at, same } = tree.add(content.entry)
      for (const path of removed) {
        rmSync(join(root, path), { recursive: true, force: true })
        for (const folder of folders.keys())
          if (folder === path || folder.startsWith(`${path}/`)) folders.delete(folder)
      }
      if (at === undefined) continue
      makeFolder(dirname(at))
      if (content.entry.kind === 'directory') {
        makeFolder(at)
        folders.set(at, content.entry.allowed)
      } else if (same === undefined) await place(content, join(root, at))
      else if (same !== at) linkSync(join(root, same), join(root, at))
    }
  }
  // Last, because a folder that may not be entered could not be filled; the deepest first for the
  // same reason. The mode is set, not asked for: the deployer's umask must not count.
  for (const [path, allowed] of [...folders].toReversed()) {
    chmodSync(join(root, path), modeOf(allowed))
  }
  chmodSync(root, modeOf(usual))
}

/** Of a folder: read and enter. */
const usual = 5

function modeOf(allowed: number): number {
  return (allowed * 0o111) | 0o200
}

/** Devices and the like are left out: nothing but `/dev` needs them, and that is mounted. */
async function place({ entry, body }: LayerContent, path: string): Promise<void> {
  if (entry.kind === 'symlink') symlinkSync(entry.target ?? '', path)
  if (entry.kind !== 'file') return
  const file = openSync(path, 'wx', 0o600)
  try {
    for await (const chunk of body) {
      for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at)
    }
    fchmodSync(file, modeOf(entry.allowed))
  } finally {
    closeSync(file)
  }
}
