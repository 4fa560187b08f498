import { posix } from 'node:path'

/** What a path of a layer is. */
type Kind = 'file' | 'directory' | 'link' | 'other'

const whiteout = '.wh.'
const opaque = '.wh..wh..opq'

/**
 * Looks for files through the layers of an image from the top down. What an upper layer removes
 * (OCI layer.md, "Whiteouts") or replaces by something that is no folder is not there, whatever a
 * lower layer has.
 * @param wanted groups of paths of which one each is enough
 */
export function createFileSearch(wanted: readonly (readonly string[])[]) {
  const paths = new Set(wanted.flat())
  const found = new Set<string>()
  const hidden = new Set<string>()
  const hiddenBelow: { path: string; alsoItself: boolean }[] = []

  const isAbove = (folder: string, path: string): boolean =>
    folder === '.' || path.startsWith(`${folder}/`)

  return {
    /**
     * An entry of the layer that is being read.
     * @returns whether it is one that is wanted, and what a container sees
     */
    see(path: string, kind: Kind): boolean {
      const before = found.size
      const name = posix.basename(path)
      const folder = posix.dirname(path)
      if (name === opaque) hiddenBelow.push({ path: folder, alsoItself: false })
      else if (name.startsWith(whiteout)) {
        const removed = posix.join(folder, name.slice(whiteout.length))
        hiddenBelow.push({ path: removed, alsoItself: true })
      } else if (kind !== 'directory') {
        if (paths.has(path) && kind !== 'other' && !hidden.has(path)) found.add(path)
        hiddenBelow.push({ path, alsoItself: true })
      }
      // Only what can hide something wanted is kept: a layer may have many thousand entries.
      const last = hiddenBelow.at(-1)
      if (last !== undefined && ![...paths].some((one) => hides(last, one))) hiddenBelow.pop()
      return found.size > before
    },
    /** The next layer is below: what was removed so far stays removed. */
    goDown(): void {
      for (const path of paths) if (hiddenBelow.some((one) => hides(one, path))) hidden.add(path)
    },
    isOver: () => wanted.every((choice) => choice.some((path) => found.has(path))),
    found: (): readonly string[] => [...found],
  }

  function hides(one: { path: string; alsoItself: boolean }, path: string): boolean {
    return (one.alsoItself && one.path === path) || isAbove(one.path, path)
  }
}
