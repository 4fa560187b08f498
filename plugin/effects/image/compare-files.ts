import { createHash } from 'node:crypto'

import { createFileSearch } from '../../core/image/file-search.ts'
import { type Digest, digestOf, parseDigest } from '../../oci/digest.ts'
import type { Manifest } from '../../oci/manifest.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import type { Repository } from '../../ports/repository.ts'
import { fileBytes } from '../cache/file-bytes.ts'
import { contentDigest, layerContents } from '../layer/layer-contents.ts'

/**
 * Compares files with those that a container of an image would see, from the top layer down until
 * all were seen; nothing is unpacked to disk.
 * @returns paths that the image lacks, or has with another content
 */
export async function differingFiles(
  files: readonly ImageFile[],
  { layers }: Manifest,
  repository: Repository,
): Promise<readonly string[]> {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const search = createFileSearch(files.map(({ path }) => [path]))
  const same = new Set<string>()
  for (const layer of layers.toReversed()) {
    if (search.isOver()) break
    for await (const content of layerContents(repository.openBlob(layer))) {
      const { path, kind } = content.entry
      const isLink = kind === 'symlink' || kind === 'hardlink'
      const wanted = search.see(path, isLink ? 'link' : kind) ? byPath.get(path) : undefined
      // A link leads to another file, whose content says nothing of this path's.
      if (
        wanted !== undefined &&
        kind === 'file' &&
        (await contentDigest(content)) === (await digestOfFile(wanted))
      )
        same.add(path)
    }
    search.goDown()
  }
  return files.flatMap(({ path }) => (same.has(path) ? [] : [path]))
}

async function digestOfFile({ source }: ImageFile): Promise<Digest> {
  if (source.kind === 'bytes') return digestOf(source.bytes)
  const hash = createHash('sha256')
  for await (const chunk of fileBytes(source.file)) hash.update(chunk)
  return parseDigest(`sha256:${hash.digest('hex')}`)
}
