import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path/posix'
import { createGunzip } from 'node:zlib'

import { parseDigest } from '../../../plugin/oci/digest.ts'
import type { Store } from './store.ts'
import { tarEntries } from './tar-entries.ts'

/** What one layer brings; kept by digest, because a base is put with every image. */
interface LayerSummary {
  readonly diffId: string
  readonly problem?: string
  readonly directories: readonly string[]
  /** Directories that had no entry of their own in this layer before their content came. */
  readonly needed: readonly string[]
  readonly removed: readonly string[]
}

/** Lambda's rules over the layers of one image, lowest first; `undefined` when all is well. */
export async function checkLayers(
  store: Store,
  layers: readonly { readonly digest: string }[],
  diffIds: readonly string[],
): Promise<string | undefined> {
  if (layers.length !== diffIds.length) {
    return `${layers.length} layers, but ${diffIds.length} diff_ids`
  }
  const known = new Set<string>()
  for (const [at, { digest }] of layers.entries()) {
    const summary = await summaryOf(store, digest)
    const where = `layer ${digest}`
    if (summary.problem !== undefined) return `${where}: ${summary.problem}`
    if (summary.diffId !== diffIds[at]) {
      return `${where} is ${summary.diffId} uncompressed, the config says ${diffIds[at]}`
    }
    const orphaned = summary.needed.find((directory) => !known.has(directory))
    if (orphaned !== undefined) {
      return `${where}: MissingParentDirectory: no entry for '${orphaned}' before its content`
    }
    for (const gone of summary.removed) {
      for (const path of known) if (path === gone || path.startsWith(`${gone}/`)) known.delete(path)
    }
    for (const directory of summary.directories) known.add(directory)
  }
  return undefined
}

async function summaryOf(store: Store, digest: string): Promise<LayerSummary> {
  const key = parseDigest(digest)
  const kept = await store.note.read('layers', key)
  if (kept !== undefined) return JSON.parse(kept)
  const summary = await readLayer(store.blobFile(key))
  await store.note.write('layers', key, JSON.stringify(summary))
  return summary
}

async function readLayer(file: string): Promise<LayerSummary> {
  const directories = new Set<string>()
  const needed = new Set<string>()
  const removed: string[] = []
  const hash = createHash('sha256')
  let problem: string | undefined
  const bytes = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(file).pipe(createGunzip())) {
      hash.update(chunk)
      yield chunk
    }
  }
  try {
    await checkMagic(file)
    for await (const { path: written, type, mode } of tarEntries(bytes())) {
      const path = written.replace(/^\.?\//, '').replace(/\/$/, '')
      if (path === '' || path === '.') continue
      problem ??= problemOf(path, type, mode)
      for (let up = dirname(path); up !== '.'; up = dirname(up)) {
        if (!directories.has(up)) needed.add(up)
      }
      const name = path.slice(path.lastIndexOf('/') + 1)
      if (name.startsWith('.wh.')) removed.push(path.replace(/[^/]+$/, name.slice('.wh.'.length)))
      if (type === '5') directories.add(path)
    }
  } catch (error) {
    problem ??= error instanceof Error ? error.message : String(error)
  }
  return {
    diffId: `sha256:${hash.digest('hex')}`,
    ...(problem === undefined ? {} : { problem }),
    directories: [...directories],
    needed: [...needed],
    removed,
  }
}

async function checkMagic(file: string): Promise<void> {
  const handle = await open(file)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
  await handle.close()
  if (bytesRead < 2 || buffer[0] !== 0x1f || buffer[1] !== 0x8b) throw new Error('not gzip')
}

/** No file system of Linux has a longer one (NAME_MAX). */
const maximumName = 255

function problemOf(path: string, type: string, mode: number): string | undefined {
  if (path.split('/').some((part) => part === '..' || part === '')) return `the path '${path}'`
  const long = path.split('/').find((part) => Buffer.byteLength(part) > maximumName)
  if (long !== undefined) return `a name of ${Buffer.byteLength(long)} bytes: '${long}'`
  if (type === '1') return `UnsupportedImageLayerDetected: '${path}' is a hard link`
  if (!'025'.includes(type)) return `'${path}' is an entry of type '${type}'`
  // Only where functions live: a base keeps /etc/shadow and the like to root.
  if (!/^(?:var\/task|opt)(?:\/|$)/.test(path) || type === '2') return undefined
  const readable = type === '5' ? 0o005 : 0o004
  return (mode & readable) === readable ? undefined : `'${path}' is not world-readable`
}
