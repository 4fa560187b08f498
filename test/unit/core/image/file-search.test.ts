import t from 'tap'

import { createFileSearch } from '../../../../plugin/core/image/file-search.ts'

type Layer = readonly (readonly [string, 'file' | 'directory' | 'link' | 'other'] | string)[]

/** Layers from the top down, as they are read. */
function found(wanted: readonly (readonly string[])[], ...layers: readonly Layer[]) {
  const search = createFileSearch(wanted)
  for (const layer of layers) {
    for (const entry of layer) {
      const [path, kind] = typeof entry === 'string' ? [entry, 'file' as const] : entry
      search.see(path, kind)
    }
    search.goDown()
  }
  return { found: search.found(), isOver: search.isOver() }
}

const index = 'var/task/a/index.cjs'
const one = [[index]]

t.test('one of each group is enough', (t) => {
  const wanted = [['a.js', 'a.mjs'], ['b.py']]
  t.strictSame(found(wanted, ['a.mjs'], ['b.py']), { found: ['a.mjs', 'b.py'], isOver: true })
  t.strictSame(found(wanted, ['a.mjs', 'c.py']), { found: ['a.mjs'], isOver: false })
  t.end()
})

t.test('what an upper layer removes is not there', (t) => {
  for (const whiteout of [
    'var/task/a/.wh.index.cjs',
    'var/task/.wh.a',
    'var/.wh.task',
    'var/task/a/.wh..wh..opq',
    'var/task/.wh..wh..opq',
    '.wh..wh..opq',
  ]) {
    t.strictSame(found(one, [whiteout], [index]).found, [], whiteout)
    t.strictSame(found(one, [whiteout], ['x'], [index]).found, [], `${whiteout}, further up`)
    t.strictSame(found(one, [index], [whiteout]).found, [index], `${whiteout} below`)
    t.strictSame(found(one, [whiteout, index], []).found, [index], `${whiteout} in one layer`)
  }
  for (const other of ['var/task/a/.wh.index.js', 'var/task/.wh.ab', 'var/task/b/.wh..wh..opq']) {
    t.strictSame(found(one, [other], [index]).found, [index], other)
  }
  t.end()
})

t.test('what an upper layer puts in its place hides it', (t) => {
  t.strictSame(found(one, [['var/task/a', 'file']], [index]).found, [])
  t.strictSame(found(one, [['var/task/a', 'link']], [index]).found, [])
  t.strictSame(found(one, [['var/task/a', 'directory']], [index]).found, [index])
  t.strictSame(found(one, [[index, 'other']], [index]).found, [])
  t.strictSame(found(one, [[index, 'link']]).found, [index])
  t.end()
})
