import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy'

/** What a treemap shows: a tree whose leaves have bytes. */
export interface TreemapNode {
  readonly name: string
  readonly bytes: number
  /** Classes of its tile. */
  readonly look: string
  /** What is said of it beside its size: `+1.2 MB`. */
  readonly mark?: string
  readonly children?: readonly TreemapNode[]
}

/** A rectangle, in hundredths of the whole. */
export interface Tile {
  readonly node: TreemapNode
  readonly depth: number
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Wider than high, as pages are. */
const wide = 1000
/** Heights that leave room for headings, beside that width. */
export const heights = { whole: 560, part: 280 } as const
const heading = 24
const gap = 2

/** Tiles of a tree, outer before inner; what is too small to be seen is left out. */
export function tilesOf(root: TreemapNode, high: number): readonly Tile[] {
  const tree = hierarchy(root, ({ children }) => children).sum((node) =>
    (node.children ?? []).length > 0 ? 0 : node.bytes,
  )
  const laidOut = treemap<TreemapNode>()
    .tile(treemapSquarify.ratio(1.4))
    .size([wide, high])
    .paddingOuter(gap)
    .paddingTop(({ depth, children }) => (depth > 0 && children ? heading : gap))
    .paddingInner(gap)
    .round(false)(tree)
  return laidOut
    .descendants()
    .filter(({ depth, x0, x1, y0, y1 }) => depth > 0 && x1 - x0 > 1 && y1 - y0 > 1)
    .map(({ data, depth, x0, x1, y0, y1 }) => ({
      node: data,
      depth,
      left: (x0 / wide) * 100,
      top: (y0 / high) * 100,
      width: ((x1 - x0) / wide) * 100,
      height: ((y1 - y0) / high) * 100,
    }))
}
