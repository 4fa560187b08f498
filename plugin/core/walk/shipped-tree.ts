import { posix } from 'node:path'

/** What is at a path of an image, a link as a link. */
export type TreeEntry =
  | { readonly kind: 'file' }
  | { readonly kind: 'directory' }
  /** `target` as it is written: absolute ones start at the image's root. */
  | { readonly kind: 'link'; readonly target: string }

/**
 * What will be in an image, readable without running it. Paths are posix and relative to the
 * image's root, as those of `ImageFile`: `var/task/http/get-index/index.cjs`. Nothing is waited for:
 * a walk asks many thousand times.
 */
export interface ShippedTree {
  /** What a path leads to when links are followed; `undefined`: nothing, or a link to nothing. */
  readonly kind: (path: string) => 'file' | 'directory' | undefined
  /** The path without any link in it, by which Node tells modules apart; as given when nothing is there. */
  readonly realpath: (path: string) => string
  /** The bytes of a file. @throws when it cannot be read */
  readonly read: (path: string) => Uint8Array
  /**
   * For packages that the tree does not list: `there` when the base is known to bring it, `absent`
   * when it is known not to, `unknown` when nobody looked into the base.
   */
  readonly unlisted: (packageName: string) => 'there' | 'absent' | 'unknown'
}

/** Where a tree is read from; links are followed here and nowhere else. */
export interface TreeSource {
  /** What is at a path whose folders are no links. */
  readonly entry: (path: string) => TreeEntry | undefined
  readonly read: (path: string) => Uint8Array
  readonly unlisted: ShippedTree['unlisted']
}

interface Resolved {
  readonly path: string
  readonly kind: 'file' | 'directory'
}

/** As many as Linux follows in one path before it says ELOOP. */
const mostLinks = 40

/** A tree over a source; what was found once is not asked for again. */
export function createShippedTree({ entry, read, unlisted }: TreeSource): ShippedTree {
  const known = new Map<string, Resolved | undefined>()

  function resolve(path: string, links: number): Resolved | undefined {
    const clean = posix.normalize(path).replace(/\/$/, '')
    if (clean === '.') return { path: '', kind: 'directory' }
    if (clean.startsWith('..')) return undefined
    if (!known.has(clean)) known.set(clean, follow(clean, links))
    return known.get(clean)
  }

  function follow(path: string, links: number): Resolved | undefined {
    const folder = resolve(posix.dirname(path), links)
    if (folder?.kind !== 'directory') return undefined
    const here = posix.join(folder.path, posix.basename(path))
    const found = entry(here)
    if (found?.kind !== 'link') return found && { path: here, kind: found.kind }
    if (links >= mostLinks) return undefined
    const from = posix.join('/', folder.path)
    return resolve(posix.resolve(from, found.target).slice(1), links + 1)
  }

  return {
    kind: (path) => resolve(path, 0)?.kind,
    realpath: (path) => resolve(path, 0)?.path ?? path,
    read: (path) => read(resolve(path, 0)?.path ?? path),
    unlisted,
  }
}
