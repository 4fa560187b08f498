import { type PartName, type SizedItem, type SizedPart, sumOf } from './image-sizes.ts'

/** An image of a page: what it holds, and what the one holds that it takes the place of. */
export interface ImageSizes {
  /** `lancedb (arm64)` */
  readonly name: string
  readonly parts: readonly SizedPart[]
  /** Of what is live; absent: nothing is. */
  readonly before?: readonly SizedPart[]
  /** What is in the image and not listed, a sentence each. */
  readonly unknown: readonly string[]
}

export type ItemChange = 'added' | 'removed' | 'grown' | 'shrunk'

/** An item whose size differs from what is live. */
export interface SizeChange {
  readonly part: PartName
  readonly name: string
  readonly change: ItemChange
  readonly before: number
  readonly after: number
}

/** What differs from what is live, the largest difference first; nothing where nothing is live. */
export function sizeChanges({ parts, before }: ImageSizes): readonly SizeChange[] {
  if (before === undefined) return []
  const [now, then] = [itemsOf(parts), itemsOf(before)]
  const keys = [...new Set([...now.keys(), ...then.keys()])]
  return keys
    .flatMap((key): SizeChange[] => {
      const [item, old] = [now.get(key), then.get(key)]
      const { part, name } = item ?? old ?? unreachable()
      const [after, earlier] = [item?.bytes ?? 0, old?.bytes ?? 0]
      if (after === earlier) return []
      return [{ part, name, change: changeOf(item, old), before: earlier, after }]
    })
    .toSorted(
      (one, other) =>
        Math.abs(other.after - other.before) - Math.abs(one.after - one.before) ||
        (one.name < other.name ? -1 : 1),
    )
}

/** Bytes of a whole image. */
export function totalOf(parts: readonly SizedPart[]): number {
  return sumOf(parts)
}

function changeOf(now: SizedItem | undefined, then: SizedItem | undefined): ItemChange {
  if (then === undefined) return 'added'
  if (now === undefined) return 'removed'
  return now.bytes > then.bytes ? 'grown' : 'shrunk'
}

/** A base is the same item under any tag. */
function itemsOf(parts: readonly SizedPart[]) {
  return new Map(
    parts.flatMap(({ part, items }) =>
      items.map((item) => [part === 'base' ? part : `${part} ${item.name}`, { ...item, part }]),
    ),
  )
}

function unreachable(): never {
  throw new TypeError('A key is of one of both.')
}
