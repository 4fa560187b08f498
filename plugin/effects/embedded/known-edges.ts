import type { KnownEdges } from '../../core/walk/known-edges.ts'
import type { FileEdges } from '../../core/edges/edge.ts'
import { entryPath } from '../../core/walk/walk-image.ts'
import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { stableJson } from '../../oci/stable-json.ts'
import type { Bundle } from '../../ports/bundle.ts'
import { markUsed } from '../cache/layer-cache.ts'
import { readProven, writeProven } from '../cache/proven-record.ts'
import { edgesRecord } from './edges-record.ts'
import { rememberPieces } from './known-pieces.ts'

/** What the files of a bundle load, remembered by their content. */
export interface RememberedEdges {
  readonly edges: KnownEdges
  /** Writes down what was asked for. */
  readonly close: () => Promise<void>
}

/** An image; with its functions, if their bundles are among the files. */
type BundledImage = Pick<PlannedImage, 'name' | 'architecture'> & {
  readonly functions?: readonly Pick<ImageFunction, 'folder'>[]
}

/**
 * Reading the bundle of a function takes longer than all else that is done for one that has not
 * changed; of one that has, only what is new in it is parsed. Only files of the cache are known here:
 * what is in memory may hold secrets.
 */
export async function rememberEdges(
  { name, architecture, functions = [] }: BundledImage,
  { files }: Pick<Bundle, 'files'>,
  cacheDirectory: string,
): Promise<RememberedEdges> {
  const contents = new Map(
    files.flatMap(({ path, source }) =>
      source.kind === 'file' && source.sha256 !== undefined ? [[path, source.sha256]] : [],
    ),
  )
  const file = edgesRecord({ name, architecture }, cacheDirectory)
  const pieces = rememberPieces(cacheDirectory, file.replace(/edges$/, 'pieces'))
  const entries = new Set(functions.map(({ folder }) => entryPath(folder)))
  const json = readProven(file)
  const before: Readonly<Record<string, FileEdges>> = json === undefined ? {} : JSON.parse(json)
  const now = new Map<string, FileEdges>()
  return {
    edges(known, read) {
      const content = contents.get(known.path)
      if (content === undefined) return read()
      const key = stableJson([content, known])
      const found =
        now.get(key) ??
        (Object.hasOwn(before, key) ? before[key] : undefined) ??
        read(entries.has(known.path) ? pieces.of(known.path) : undefined)
      now.set(key, found)
      return found
    },
    async close() {
      await pieces.close()
      const isSame =
        now.size === Object.keys(before).length &&
        [...now.keys()].every((key) => Object.hasOwn(before, key))
      if (isSame && json !== undefined) await markUsed(file)
      else await writeProven(cacheDirectory, file, JSON.stringify(Object.fromEntries(now)))
    },
  }
}
