import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Digest, parseDigest } from '../../../plugin/oci/digest.ts'

export interface StoredManifest {
  readonly mediaType: string
  readonly bytes: Buffer
  readonly digest: Digest
}

export type Store = ReturnType<typeof openStore>

const absent = (error: unknown): undefined => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

const write = async (parent: string, name: string, bytes: string | Uint8Array) => {
  await mkdir(parent, { recursive: true })
  const temporary = join(parent, `.${randomUUID()}`)
  await writeFile(temporary, bytes)
  await rename(temporary, join(parent, name))
}
const names = async (parent: string): Promise<string[]> =>
  ((await readdir(parent).catch(absent)) ?? []).filter((name) => !name.startsWith('.'))

const hex = (digest: string): string => parseDigest(digest).slice('sha256:'.length)

/** Digests of the config and the layers that a manifest names; none for an index. */
function blobsOf({ bytes }: StoredManifest): string[] {
  const { config, layers = [] } = JSON.parse(bytes.toString())
  return [config, ...layers].flatMap((part) => part?.digest ?? [])
}

/** Everything is a file, so that several processes can use one folder and a kill loses nothing. */
export function openStore(directory: string) {
  const blobFile = (digest: string): string => join(directory, 'blobs', hex(digest))
  const folder = (repository: string, kind: string): string =>
    join(directory, 'repositories', encodeURIComponent(repository), kind)

  /** Appends to an upload; the digest and size so far are the caller's to keep. */
  const receive = async (upload: string, body: AsyncIterable<Uint8Array>) => {
    await mkdir(join(directory, 'uploads'), { recursive: true })
    const file = await open(join(directory, 'uploads', upload), 'w')
    const hash = createHash('sha256')
    let size = 0
    try {
      for await (const chunk of body) {
        hash.update(chunk)
        size += chunk.length
        await file.writeFile(chunk)
      }
    } finally {
      await file.close()
    }
    return { digest: parseDigest(`sha256:${hash.digest('hex')}`), size }
  }
  const dropUpload = (upload: string) => rm(join(directory, 'uploads', upload), { force: true })
  const keepUpload = async (repository: string, upload: string, digest: Digest) => {
    await mkdir(join(directory, 'blobs'), { recursive: true })
    await rename(join(directory, 'uploads', upload), blobFile(digest))
    await write(folder(repository, 'blobs'), hex(digest), '')
  }

  /** Size of a blob that this repository has; blobs of other repositories do not count. */
  const blobSize = async (repository: string, digest: string): Promise<number | undefined> => {
    if (!(await stat(join(folder(repository, 'blobs'), hex(digest))).catch(absent)))
      return undefined
    return (await stat(blobFile(digest)).catch(absent))?.size
  }

  const tag = async (repository: string, name: string): Promise<Digest | undefined> => {
    const text = await readFile(join(folder(repository, 'tags'), name), 'utf8').catch(absent)
    return text === undefined ? undefined : parseDigest(text)
  }
  const manifest = async (
    repository: string,
    reference: string,
  ): Promise<StoredManifest | undefined> => {
    const digest = reference.startsWith('sha256:')
      ? parseDigest(reference)
      : await tag(repository, reference)
    if (digest === undefined) return undefined
    const file = join(folder(repository, 'manifests'), hex(digest))
    const stored = await readFile(file).catch(absent)
    if (stored === undefined) return undefined
    const end = stored.indexOf(10)
    return { digest, mediaType: stored.toString('utf8', 0, end), bytes: stored.subarray(end + 1) }
  }
  const putManifest = (repository: string, { digest, mediaType, bytes }: StoredManifest) =>
    write(
      folder(repository, 'manifests'),
      hex(digest),
      Buffer.concat([Buffer.from(`${mediaType}\n`), bytes]),
    )
  const putTag = (repository: string, name: string, digest: Digest) =>
    write(folder(repository, 'tags'), name, digest)
  const tags = async (repository: string): Promise<ReadonlyMap<string, Digest>> => {
    const found = new Map<string, Digest>()
    for (const name of (await names(folder(repository, 'tags'))).toSorted()) {
      const digest = await tag(repository, name)
      if (digest !== undefined) found.set(name, digest)
    }
    return found
  }
  const manifests = async (repository: string): Promise<readonly Digest[]> =>
    (await names(folder(repository, 'manifests'))).map((name) => parseDigest(`sha256:${name}`))
  const removeTag = (repository: string, name: string) =>
    rm(join(folder(repository, 'tags'), name), { force: true })
  const removeManifest = async (repository: string, digest: string) => {
    for (const [name, tagged] of await tags(repository)) {
      if (tagged === digest) await removeTag(repository, name)
    }
    const gone = await manifest(repository, digest)
    await rm(join(folder(repository, 'manifests'), hex(digest)), { force: true })
    if (gone !== undefined) await dropBlobs(repository, blobsOf(gone))
  }
  /** What no other manifest names is not kept for anybody. */
  const dropBlobs = async (repository: string, candidates: readonly string[]) => {
    const others = await Promise.all(
      (await manifests(repository)).map((other) => manifest(repository, other)),
    )
    const named = new Set(others.flatMap((other) => (other === undefined ? [] : blobsOf(other))))
    for (const blob of candidates.filter((digest) => !named.has(digest)))
      await rm(join(folder(repository, 'blobs'), hex(blob)), { force: true })
  }
  const note = {
    read: (kind: string, digest: Digest) =>
      readFile(join(directory, kind, hex(digest)), 'utf8').catch(absent),
    write: (kind: string, digest: Digest, text: string) =>
      write(join(directory, kind), hex(digest), text),
  }

  return {
    blobFile,
    blobSize,
    dropUpload,
    keepUpload,
    manifest,
    manifests,
    note,
    putManifest,
    putTag,
    receive,
    removeManifest,
    removeTag,
    tag,
    tags,
  }
}
