import type { ArchivedEntry } from '../../core/image/archived-entry.ts'
import { treeOf } from '../../core/image/image-tree.ts'
import type { ShippedTree } from '../../core/walk/shipped-tree.ts'
import type { ImageLayer } from '../image/image-layers.ts'
import { layerContents } from '../layer/layer-contents.ts'

/** Where a function's code is; a base's own is left alone. */
const code = /^(?:var\/task|opt)\/.*\.(?:[cm]?js|json)$|^(?:var\/task|opt)\/(?:.*\/)?[^./]+$/

/**
 * The tree of an image that a registry serves. Layers are listed as they were when the image was
 * verified; only those with code for functions are read.
 */
export async function servedTree(layers: readonly ImageLayer[]): Promise<ShippedTree> {
  const listed = await Promise.all(layers.map((layer) => layer.entries()))
  const tree = treeOf(listed)
  const texts = new Map<string, Uint8Array>()
  for (const [index, layer] of layers.entries()) {
    if (!listed[index]?.some(isCode)) continue
    for await (const { entry, body } of layerContents(layer.open()))
      if (isCode(entry)) texts.set(entry.path, await bytesOf(body))
  }
  return {
    kind(path) {
      const kind = tree.find(path)?.node.kind
      return kind === 'file' || kind === 'directory' ? kind : undefined
    },
    realpath: (path) => tree.find(path)?.path ?? path,
    // A base's own code is not followed: it has been started by others.
    read: (path) => texts.get(tree.find(path)?.path ?? path) ?? new Uint8Array(),
    unlisted: () => 'absent',
  }
}

function isCode({ path, kind }: ArchivedEntry): boolean {
  return kind === 'file' && code.test(path)
}

async function bytesOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}
