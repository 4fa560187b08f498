import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { ContainerImageError } from '../../errors.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import { type Digest, digestOf, hexOf, isDigest } from '../../oci/digest.ts'
import { mediaTypeOf, parseManifest } from '../../oci/manifest.ts'
import type { Repository, ServedManifest } from '../../ports/repository.ts'
import { fileBytes } from '../cache/file-bytes.ts'
import { markUsed } from '../cache/layer-cache.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'
import { verified } from '../registry/verified.ts'

/** No host has this name, so nothing can be asked there by mistake. */
const uri = 'this-machine.invalid/images'

/**
 * A repository in the cache, for images that are run here and pushed nowhere. What the cache has as
 * a layer is not kept twice. Like all of the cache it may lose anything at any time: a tag of whose
 * image a part is missing is not there.
 */
export function openLocalRepository(cacheDirectory: string): Repository {
  const blobs = join(cacheDirectory, 'blobs')
  const tags = join(cacheDirectory, 'tags')
  const layers = join(cacheDirectory, 'layers')

  async function findBlob(digest: Digest): Promise<string | undefined> {
    const own = join(blobs, hexOf(digest))
    if (await isThere(own)) {
      await markUsed(own)
      return own
    }
    const end = `.${hexOf(digest)}.tar.gz`
    const layer = (await readdir(layers).catch(() => [])).find((name) => name.endsWith(end))
    return layer === undefined ? undefined : join(layers, layer)
  }

  async function needBlob({ digest }: Pick<Descriptor, 'digest'>): Promise<string> {
    const file = await findBlob(digest)
    if (file !== undefined) return file
    throw new ContainerImageError(
      'LAYER_DAMAGED',
      `${digest} is no longer in the cache. Something has deleted it; run this again.`,
    )
  }

  async function* openBlob(descriptor: Descriptor): AsyncGenerator<Uint8Array> {
    const file = await needBlob(descriptor)
    yield* verified(fileBytes(file), descriptor, file)
  }

  async function readTag(tag: string): Promise<Digest | undefined> {
    const file = join(tags, tag)
    const digest = (await readFile(file, 'utf8').catch(() => '')).trim()
    await markUsed(file)
    return isDigest(digest) ? digest : undefined
  }

  async function getManifest(reference: string): Promise<ServedManifest | undefined> {
    const digest = isDigest(reference) ? reference : await readTag(reference)
    const file = digest && (await findBlob(digest))
    if (digest === undefined || file === undefined) return undefined
    const bytes = await readFile(file)
    if (digestOf(bytes) !== digest) return undefined
    const mediaType = mediaTypeOf(bytes)
    const { config, layers: parts } = parseManifest(bytes, mediaType)
    const found = await Promise.all([config, ...parts].map((part) => findBlob(part.digest)))
    return found.includes(undefined) ? undefined : { digest, mediaType, bytes }
  }

  const repository: Repository = {
    uri,
    getManifest,
    openBlob,
    async getBlob(descriptor) {
      const pieces: Uint8Array[] = []
      for await (const piece of openBlob(descriptor)) pieces.push(piece)
      return Buffer.concat(pieces)
    },
    async getBlobTail(descriptor, length) {
      await using file = await open(await needBlob(descriptor))
      const { size } = await file.stat()
      const { buffer } = await file.read(
        Buffer.alloc(length),
        0,
        length,
        Math.max(0, size - length),
      )
      return buffer
    },
    hasBlob: async (digest) => (await findBlob(digest)) !== undefined,
    async putBlob(descriptor, source) {
      if ((await findBlob(descriptor.digest)) !== undefined) return
      const temporary = await temporaryPath(cacheDirectory)
      try {
        await writeFile(temporary, verified(source(), descriptor, uri))
        // On its way from a base it may have been kept as a layer.
        if ((await findBlob(descriptor.digest)) === undefined)
          await moveTo(temporary, blobs, hexOf(descriptor.digest))
      } finally {
        await rm(temporary, { force: true })
      }
    },
    async putManifest(bytes, mediaType, tag) {
      const digest = digestOf(bytes)
      const { config, layers: parts } = parseManifest(bytes, mediaType)
      for (const part of [config, ...parts]) await needBlob(part)
      await write(bytes, blobs, hexOf(digest))
      if (tag !== undefined) await write(digest, tags, tag)
      return digest
    },
    async takeLayout(folder, digest, tag) {
      const at = (part: Digest): string => join(folder, 'blobs', 'sha256', hexOf(part))
      const bytes = await readFile(at(digest))
      const mediaType = mediaTypeOf(bytes)
      const { config, layers: parts } = parseManifest(bytes, mediaType)
      for (const part of [config, ...parts])
        await repository.putBlob(part, () => fileBytes(at(part.digest)))
      await repository.putManifest(bytes, mediaType, tag)
    },
  }
  return repository

  async function write(content: string | Uint8Array, folder: string, name: string): Promise<void> {
    const temporary = await temporaryPath(cacheDirectory)
    await writeFile(temporary, content)
    await moveTo(temporary, folder, name)
  }
}

async function moveTo(file: string, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await rename(file, join(folder, name))
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
