import { posix } from 'node:path'

import type { ArchivedEntry } from './archived-entry.ts'

/** What is at a path once all layers are laid on one another. */
export type ImageNode = (
  | { readonly kind: 'directory'; readonly children: ReadonlyMap<string, ImageNode> }
  | { readonly kind: 'symlink'; readonly target: string }
  | { readonly kind: 'file' | 'other' }
) &
  Pick<ArchivedEntry, 'allowed' | 'program' | 'node'>

/** What an entry does to the tree, for whoever unpacks it at the same time. */
export interface Placement {
  /** Paths that are gone, with all below them. */
  readonly removed: readonly string[]
  /** Where the entry is, its folders without links; absent: it was a whiteout. */
  readonly at?: string
  /** Where the other name of a hard link is. */
  readonly same?: string
}

export interface ImageTree {
  /** Whiteouts take away what lower layers have, and nothing of their own. */
  nextLayer(): void
  add(entry: ArchivedEntry): Placement
  /** What a path leads to, links followed; they never lead out of the image. */
  find(path: string): { readonly path: string; readonly node: ImageNode } | undefined
  /** Every path that is no folder, in no order that means anything. */
  leaves(): Iterable<{ readonly path: string; readonly node: ImageNode }>
}

type Folder = {
  kind: 'directory'
  children: Map<string, Node>
  layer: number
  allowed: number
}
type Node = Folder | (Exclude<ImageNode, { kind: 'directory' }> & { layer: number })

const whiteout = '.wh.'
const opaque = '.wh..wh..opq'
/** As many as Linux follows in one path before it says ELOOP. */
const mostLinks = 40
const everything = 7

/** Whether a part of a path is empty, `.` or `..`. */
const isOdd = /(?:^|\/)\.{0,2}(?:\/|$)/

/** Of a path without `.` and `..`, and a name in it. */
function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** The tree that layers make, added from the lowest up (OCI image spec, layer.md). */
export function createImageTree(): ImageTree {
  let layer = 0
  const root: Folder = { kind: 'directory', children: new Map(), layer, allowed: everything }

  function follow(path: string, links = 0): { path: string; node: Node } | undefined {
    let at: { path: string; node: Node } = { path: '', node: root }
    for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
      if (at.node.kind !== 'directory') return undefined
      if (name === '..') {
        const parent = follow(posix.dirname(at.path), links)
        if (parent === undefined) return undefined
        at = parent
        continue
      }
      const node = at.node.children.get(name)
      if (node === undefined) return undefined
      const here = below(at.path, name)
      if (node.kind !== 'symlink') at = { path: here, node }
      else {
        if (links++ >= mostLinks) return undefined
        const isAbsolute = node.target.startsWith('/')
        const found = follow(isAbsolute ? node.target : `${at.path}/${node.target}`, links)
        if (found === undefined) return undefined
        at = found
      }
    }
    return at
  }

  /** The folder that a path's last part belongs into; folders nobody wrote are made. */
  function folderFor(path: string, removed: string[]): { path: string; node: Folder } {
    if (path === '.' || path === '') return { path: '', node: root }
    const found = follow(path)
    if (found?.node.kind === 'directory') return { path: found.path, node: found.node }
    const parent = folderFor(posix.dirname(path), removed)
    const name = posix.basename(path)
    const here = below(parent.path, name)
    if (parent.node.children.has(name)) removed.push(here)
    const node: Folder = { kind: 'directory', children: new Map(), layer, allowed: 5 }
    parent.node.children.set(name, node)
    return { path: here, node }
  }

  let known: { readonly path: string; readonly folder: { path: string; node: Folder } } | undefined

  /** The same of the same path, as of entries of one folder in a row, while nothing is taken away. */
  function nextFolderFor(path: string, removed: string[]): { path: string; node: Folder } {
    if (known?.path === path) return known.folder
    const folder = folderFor(path, removed)
    known = { path, folder }
    return folder
  }

  function removeLower(folder: { path: string; node: Folder }, removed: string[]): void {
    for (const [name, node] of folder.node.children) {
      const path = below(folder.path, name)
      if (node.layer < layer) {
        folder.node.children.delete(name)
        removed.push(path)
      } else if (node.kind === 'directory') removeLower({ path, node }, removed)
    }
  }

  function add(entry: ArchivedEntry): Placement {
    const removed: string[] = []
    const path = isOdd.test(entry.path) ? withoutOdd(entry.path) : entry.path
    if (path === '') return { removed }
    const slash = path.lastIndexOf('/')
    const name = path.slice(slash + 1)
    const folder = nextFolderFor(path.slice(0, Math.max(0, slash)), removed)
    const { children } = folder.node
    if (name.startsWith(whiteout) || children.has(name)) known = undefined
    if (name === opaque) {
      removeLower(folder, removed)
      return { removed }
    }
    if (name.startsWith(whiteout)) {
      const hidden = name.slice(whiteout.length)
      const found = children.get(hidden)
      if (found === undefined) return { removed }
      const at = below(folder.path, hidden)
      if (found.layer < layer) {
        children.delete(hidden)
        removed.push(at)
      } else if (found.kind === 'directory') removeLower({ path: at, node: found }, removed)
      return { removed }
    }
    const at = below(folder.path, name)
    const before = children.get(name)
    if (entry.kind === 'directory' && before?.kind === 'directory') {
      before.layer = layer
      before.allowed = entry.allowed
      return { removed, at }
    }
    const other = entry.kind === 'hardlink' ? follow(entry.target ?? '') : undefined
    if (before !== undefined && other?.path !== at) removed.push(at)
    if (other !== undefined) {
      if (other.path !== at) children.set(name, { ...other.node, layer })
      return { removed, at, same: other.path }
    }
    children.set(name, nodeOf(entry, layer))
    return { removed, at }
  }

  function* leaves(): Generator<{ path: string; node: Node }> {
    const folders: { path: string; node: Folder }[] = [{ path: '', node: root }]
    for (const { path, node: folder } of folders)
      for (const [name, node] of folder.children) {
        const here = below(path, name)
        if (node.kind === 'directory') folders.push({ path: here, node })
        else yield { path: here, node }
      }
  }

  return {
    nextLayer: () => void layer++,
    add,
    find: (path) => follow(path),
    leaves,
  }
}

/** As a container has it: no `..` leads out of the image. */
function withoutOdd(path: string): string {
  return posix.join('/', path).replace(/^\/|\/$/g, '')
}

function nodeOf(entry: ArchivedEntry, layer: number): Node {
  const { allowed, program, node } = entry
  if (entry.kind === 'directory') return { kind: 'directory', children: new Map(), layer, allowed }
  if (entry.kind === 'symlink')
    return { kind: 'symlink', target: entry.target ?? '', layer, allowed }
  return {
    kind: entry.kind === 'file' ? 'file' : 'other',
    layer,
    allowed,
    ...(program !== undefined && { program }),
    ...(node !== undefined && { node }),
  }
}

/** The tree of whole layers, the lowest first. */
export function treeOf(layers: readonly (readonly ArchivedEntry[])[]): ImageTree {
  const tree = createImageTree()
  for (const entries of layers) {
    tree.nextLayer()
    for (const entry of entries) tree.add(entry)
  }
  return tree
}
