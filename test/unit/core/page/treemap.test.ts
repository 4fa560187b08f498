import t from 'tap'

import { heights, tilesOf, type TreemapNode } from '../../../../plugin/core/page/treemap.ts'

const leaf = (name: string, bytes: number): TreemapNode => ({ name, bytes, look: '' })
const root: TreemapNode = {
  name: 'all',
  bytes: 0,
  look: '',
  children: [
    { ...leaf('a', 60), children: [leaf('a1', 40), leaf('a2', 20)] },
    leaf('b', 40),
    leaf('dust', 0.000001),
  ],
}

t.test('tiles have the areas of their bytes, and lie in one another', (t) => {
  const tiles = tilesOf(root, heights.whole)
  t.strictSame(
    tiles.map(({ node }) => node.name),
    ['a', 'b', 'a1', 'a2'],
    'outer before inner, without what nobody could see',
  )
  const [a, , a1, a2] = tiles
  if (a === undefined || a1 === undefined || a2 === undefined) throw new Error('no tiles')
  const area = ({ width, height }: typeof a) => width * height
  t.ok(Math.abs(area(a1) / area(a2) - 2) < 0.2, 'twice the bytes')
  for (const inner of [a1, a2]) {
    t.ok(inner.left >= a.left && inner.top > a.top, 'below the heading')
    t.ok(inner.left + inner.width <= a.left + a.width + 0.01)
    t.ok(inner.top + inner.height <= a.top + a.height + 0.01)
  }
  t.end()
})

t.test('nothing has no tiles', (t) => {
  t.strictSame(tilesOf({ ...root, children: [] }, heights.part), [])
  t.strictSame(tilesOf({ ...root, children: [leaf('empty', 0)] }, heights.part), [])
  t.end()
})
