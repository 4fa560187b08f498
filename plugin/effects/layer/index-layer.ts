import type { ArchivedEntry } from '../../core/image/archived-entry.ts'
import { layerContents, type LayerContent } from './layer-contents.ts'
import { readProgram, smallestProgram } from './program-reader.ts'

/** What a layer holds, with what its programs say of themselves; nothing is unpacked. */
export async function indexLayer(
  layer: AsyncIterable<Uint8Array>,
): Promise<readonly ArchivedEntry[]> {
  const entries: ArchivedEntry[] = []
  for await (const content of layerContents(layer)) {
    const { entry, size } = content
    const isFile = entry.kind === 'file' && size >= smallestProgram
    entries.push(isFile ? await withProgram(content) : entry)
  }
  return entries
}

async function withProgram({ entry, body }: LayerContent): Promise<ArchivedEntry> {
  const reader = readProgram(entry.path)
  // What is left of it is passed over by whoever gives it: a cancelled body can stop the archive.
  for await (const chunk of body.values({ preventCancel: true })) {
    if (!reader.take(chunk)) break
  }
  return { ...entry, ...reader.found() }
}
