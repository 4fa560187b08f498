import type { ImageFile } from '../../ports/bundle.ts'
import type { DeflatedBlocks } from './copied-blocks.ts'

/** A symbolic link, relative to its own folder; its target must be in the same tree. */
export interface ImageLink {
  readonly path: string
  readonly source: { readonly kind: 'symlink'; readonly target: string }
}

/** A regular file whose content is a part of another one. */
export interface PackedFile extends Pick<ImageFile, 'path' | 'executable'> {
  readonly source: {
    readonly kind: 'part'
    readonly file: string
    readonly offset: number
    readonly size: number
    /** A part of it that is there compressed too: bytes from its beginning on, and where. */
    readonly compressed?: CompressedRange
  }
}

/** At least 32 KiB behind the beginning of its file, as far as deflate looks back. */
export interface CompressedRange extends DeflatedBlocks {
  readonly from: number
  readonly to: number
}

export type LayerEntry = ImageFile | PackedFile | ImageLink

/** Unpacked bytes of an entry. */
export function sizeOf({ source }: LayerEntry): number {
  if (source.kind === 'symlink') return 0
  return source.kind === 'bytes' ? source.bytes.length : source.size
}
