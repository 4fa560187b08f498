import { posix } from 'node:path'

import { isRecord } from '../basics/is-record.ts'
import type { ShippedTree } from './shipped-tree.ts'

export type Manifest = Readonly<Record<string, unknown>>

/** Reads the manifests of a tree, each once. */
export interface Manifests {
  /** The manifest in a folder; one that cannot be read counts as none. */
  readonly at: (folder: string) => Manifest | undefined
  /** The nearest one above a file, which says what its `.js` are; never past `node_modules`. */
  readonly scopeOf: (
    file: string,
  ) => { readonly folder: string; readonly manifest: Manifest } | undefined
}

export function readManifests(tree: ShippedTree): Manifests {
  const read = new Map<string, Manifest | undefined>()

  function at(folder: string): Manifest | undefined {
    if (!read.has(folder)) read.set(folder, parse(posix.join(folder, 'package.json')))
    return read.get(folder)
  }

  function parse(file: string): Manifest | undefined {
    if (tree.kind(file) !== 'file') return undefined
    try {
      const manifest: unknown = JSON.parse(Buffer.from(tree.read(file)).toString())
      return isRecord(manifest) ? manifest : undefined
    } catch {
      return undefined
    }
  }

  return {
    at,
    scopeOf(file) {
      for (let folder = posix.dirname(file); ; folder = posix.dirname(folder)) {
        if (folder.endsWith('node_modules')) return undefined
        const manifest = at(folder)
        if (manifest !== undefined) return { folder, manifest }
        if (folder === '.' || folder === '/') return undefined
      }
    },
  }
}
