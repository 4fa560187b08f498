import type { ArchivedEntry } from '../../core/image/archived-entry.ts'
import { parseProgram, programHead } from '../../core/image/program.ts'
import { layerContents, type LayerContent } from './layer-contents.ts'

/** No smaller file is one that could be started. */
const smallestProgram = 4
/** Node says its version where it says who it is to an inspector. */
const nodeVersion = /node\.js\/v(\d+)\.\d+\.\d+/

/** What a layer holds, with what its programs say of themselves; nothing is unpacked. */
export async function indexLayer(
  layer: AsyncIterable<Uint8Array>,
): Promise<readonly ArchivedEntry[]> {
  const entries: ArchivedEntry[] = []
  for await (const content of layerContents(layer)) {
    const { entry, size } = content
    const isFile = entry.kind === 'file' && size >= smallestProgram
    entries.push(isFile ? await readProgram(content) : entry)
  }
  return entries
}

async function readProgram({ entry, body }: LayerContent): Promise<ArchivedEntry> {
  const isNode = /(?:^|\/)node$/.test(entry.path)
  let head = Buffer.alloc(0)
  let program: ReturnType<typeof parseProgram>
  let tail = ''
  // What is left of it is passed over by whoever gives it: a cancelled body can stop the archive.
  for await (const chunk of body.values({ preventCancel: true })) {
    if (program === undefined) {
      head = head.length === 0 ? Buffer.from(chunk) : Buffer.concat([head, chunk])
      if (head.length < programHead && mayBeProgram(head)) continue
      program = parseProgram(head)
      if (program === undefined || !isNode) break
    }
    const text = tail + Buffer.from(chunk).toString('latin1')
    const version = nodeVersion.exec(text)?.[1]
    if (version !== undefined) return { ...entry, program, node: Number(version) }
    tail = text.slice(-64)
  }
  program ??= parseProgram(head)
  return { ...entry, ...(program !== undefined && { program }) }
}

function mayBeProgram(head: Buffer): boolean {
  const start = head.toString('latin1', 0, 4)
  return '\x7fELF'.startsWith(start) || start.startsWith('#!')
}
