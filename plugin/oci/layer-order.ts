import { ContainerImageError } from '../errors.ts'

/** Anything that has a place in a layer. */
interface Placed {
  readonly path: string
}

export type LayerItem<Item extends Placed> =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'item'; readonly path: string; readonly item: Item }

/**
 * Puts a layer's content into its one order: by the bytes of the path, with an entry of its own for
 * every parent directory, before its content (Lambda: MissingParentDirectory).
 * @throws ContainerImageError LAYER_PATH_INVALID for a path that is not relative and normal, is
 * there twice, or is a file and a directory at once
 */
export function orderLayer<Item extends Placed>(items: readonly Item[]): LayerItem<Item>[] {
  const byPath = new Map<string, LayerItem<Item>>()
  for (const item of items) {
    if (!isNormal(item.path)) throw refused(item.path, 'is not a relative, normal posix path')
    if (byPath.has(item.path)) throw refused(item.path, 'is there twice')
    byPath.set(item.path, { kind: 'item', path: item.path, item })
  }
  for (const { path } of items) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const parent = path.slice(0, end)
      const there = byPath.get(parent)
      if (there?.kind === 'directory') break
      if (there) throw refused(parent, 'is a file and a directory at once')
      byPath.set(parent, { kind: 'directory', path: parent })
    }
  }
  return sortByBytes([...byPath.values()])
}

/** UTF-8 order, which differs from that of JavaScript strings beyond U+FFFF. */
function sortByBytes<Item extends Placed>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, bytes: Buffer.from(item.path) }))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ item }) => item)
}

function isNormal(path: string): boolean {
  return (
    path.isWellFormed() &&
    !path.includes('\0') &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  )
}

function refused(path: string, reason: string): ContainerImageError {
  return new ContainerImageError(
    'LAYER_PATH_INVALID',
    `${JSON.stringify(path)} ${reason}, so it cannot be used in a layer. Rename the file.`,
  )
}
