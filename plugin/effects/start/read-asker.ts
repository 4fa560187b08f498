import type { ArchivedEntry } from '../../core/image/archived-entry.ts'
import { type ImageTree, treeOf } from '../../core/image/image-tree.ts'
import type { ImageFunction } from '../../core/model.ts'
import type { StartedFunction, WrittenEdge } from '../../core/start/judge-start.ts'
import { missingModule } from '../../core/start/missing-module.ts'
import type { StartOutcome } from '../../core/start/start-outcome.ts'
import { nodeEdge, pythonEdge } from '../../core/start/written-edges.ts'
import type { ImageLayer } from '../image/image-layers.ts'
import { layerContents } from '../layer/layer-contents.ts'

/**
 * What an image's own files say about why a function did not start. Nothing is read of one that did,
 * and of others the one file that asked for what is missing.
 */
export async function readAsker(
  outcome: StartOutcome,
  layers: readonly ImageLayer[],
  { folder }: ImageFunction,
): Promise<Pick<StartedFunction, 'asked' | 'isUnreadable'>> {
  if (outcome.kind !== 'init-error') return { asked: undefined, isUnreadable: () => false }
  const entries = await Promise.all(layers.map((layer) => layer.entries()))
  const tree = treeOf(entries)
  const missing = missingModule(outcome.error)
  const asked = missing && (await findEdge(missing, { tree, layers, entries, folder }))
  return { asked, isUnreadable: (path) => isUnreadable(tree, path) }
}

interface Image {
  readonly tree: ImageTree
  readonly layers: readonly ImageLayer[]
  readonly entries: readonly (readonly ArchivedEntry[])[]
  readonly folder: string
}

async function findEdge(
  { specifier, from }: NonNullable<ReturnType<typeof missingModule>>,
  image: Image,
): Promise<WrittenEdge | undefined> {
  if (from !== '') {
    const file = { path: from.replace(/^\//, ''), text: (await readText(from, image)) ?? '' }
    return (
      nodeEdge({ ...file, isModule: false }, specifier) ??
      nodeEdge({ ...file, isModule: true }, specifier)
    )
  }
  // Python does not say who asked: one of the function's own files, if it is to be certain.
  const own = [...image.tree.leaves()]
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`var/task/${image.folder}/`) && path.endsWith('.py'))
  for (const path of own) {
    const edge = pythonEdge({ path, text: (await readText(path, image)) ?? '' }, specifier)
    if (edge !== undefined) return edge
  }
  return undefined
}

/** A file's text, from the topmost layer that has it. */
async function readText(path: string, image: Image): Promise<string | undefined> {
  const found = image.tree.find(path)
  if (found?.node.kind !== 'file') return undefined
  const index = image.entries.findLastIndex((layer) =>
    layer.some((entry) => entry.path === found.path && entry.kind === 'file'),
  )
  const layer = image.layers[index]
  if (layer === undefined) return undefined
  for await (const { entry, body } of layerContents(layer.open())) {
    if (entry.path === found.path) return await new Response(body).text()
  }
  return undefined
}

/** Of the path itself or of a folder above it. */
function isUnreadable(tree: ImageTree, path: string): boolean {
  const found = tree.find(path)
  if (found === undefined) return false
  const parts = found.path.split('/')
  const folders = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'))
  const isShut = folders.some((folder) => ((tree.find(folder)?.node.allowed ?? 7) & 1) === 0)
  return isShut || (found.node.allowed & 4) === 0
}
