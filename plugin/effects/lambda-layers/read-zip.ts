import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'

import { type Entry, fromBuffer, type ZipFile } from 'yauzl'

import { ContainerImageError } from '../../errors.ts'
import type { LayerEntry } from '../layer/layer-entry.ts'

const open = promisify(fromBuffer) as (
  zip: Buffer,
  options: { lazyEntries: true },
) => Promise<ZipFile>

/** Bits of a Unix mode. */
const fileType = 0o170000
const symlink = 0o120000
const anyExecute = 0o111

/**
 * The files and links of a zip, below a folder of the image. Executable is what the zip says so of;
 * one that was made without Unix modes has nothing executable, as Lambda has it.
 * @param folder `opt`
 * @param source what the zip is, for messages
 * @throws ContainerImageError LAMBDA_LAYER_INVALID
 */
export async function readZip(
  zip: Buffer,
  folder: string,
  source: string,
): Promise<readonly LayerEntry[]> {
  const entries = new Map<string, LayerEntry>()
  try {
    const file = await open(zip, { lazyEntries: true })
    for await (const entry of entriesOf(file)) {
      if (entry.fileName.endsWith('/')) continue
      const path = `${folder}/${entry.fileName.replace(/^(?:\.\/)+/, '')}`
      entries.set(path, await readEntry(file, entry, path))
    }
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause)
    throw new ContainerImageError(
      'LAMBDA_LAYER_INVALID',
      `${source} is not a zip that can be read: ${seen}. Publish the layer again, or write 'layers drop' under @images.`,
      { cause },
    )
  }
  return [...entries.values()]
}

async function readEntry(file: ZipFile, entry: Entry, path: string): Promise<LayerEntry> {
  const mode = entry.externalFileAttributes >>> 16
  const stream = await promisify(file.openReadStream.bind(file, entry))()
  const bytes = await buffer(stream)
  if ((mode & fileType) === symlink)
    return { path, source: { kind: 'symlink', target: bytes.toString() } }
  return { path, source: { kind: 'bytes', bytes }, executable: (mode & anyExecute) !== 0 }
}

async function* entriesOf(file: ZipFile): AsyncGenerator<Entry, void> {
  for (;;) {
    const next = await new Promise<Entry | undefined>((resolve, reject) => {
      file.once('entry', resolve)
      file.once('end', () => resolve(undefined))
      file.once('error', reject)
      file.readEntry()
    })
    if (next === undefined) return
    yield next
  }
}
