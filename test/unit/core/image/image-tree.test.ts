import fc from 'fast-check'
import t from 'tap'

import type { ArchivedEntry } from '../../../../plugin/core/image/archived-entry.ts'
import { createImageTree, treeOf } from '../../../../plugin/core/image/image-tree.ts'

type Short = string | readonly [string, ArchivedEntry['kind'], string?]

function entry(short: Short): ArchivedEntry {
  const [path, kind, target] = typeof short === 'string' ? [short, 'file' as const] : short
  return { path, kind, allowed: 5, ...(target !== undefined && { target }) }
}

/** Layers from the lowest up. */
function tree(...layers: readonly (readonly Short[])[]) {
  return treeOf(layers.map((layer) => layer.map(entry)))
}

const index = 'var/task/a/index.cjs'

t.test('what an upper layer removes is not there', (t) => {
  for (const whiteout of [
    'var/task/a/.wh.index.cjs',
    'var/task/.wh.a',
    'var/.wh.task',
    'var/task/a/.wh..wh..opq',
    'var/task/.wh..wh..opq',
    '.wh..wh..opq',
  ]) {
    t.equal(tree([index], [whiteout]).find(index), undefined, whiteout)
    t.equal(tree([index], ['x'], [whiteout]).find(index), undefined, `${whiteout}, further up`)
    t.ok(tree([whiteout], [index]).find(index), `${whiteout} below`)
    t.ok(tree([], [whiteout, index]).find(index), `${whiteout} before it in one layer`)
    t.ok(tree([], [index, whiteout]).find(index), `${whiteout} behind it in one layer`)
  }
  for (const other of ['var/task/a/.wh.index.js', 'var/task/.wh.ab', 'var/task/b/.wh..wh..opq']) {
    t.ok(tree([index], [other]).find(index), other)
  }
  t.end()
})

t.test('an opaque folder keeps what its own layer has, and nothing else', (t) => {
  const seen = tree(
    ['a/old', 'a/b/old'],
    [['a', 'directory'], ['a/b', 'directory'], 'a/b/new', 'a/.wh..wh..opq'],
  )
  t.strictSame(
    [...seen.leaves()].map(({ path }) => path),
    ['a/b/new'],
  )
  t.end()
})

t.test('what an upper layer puts in its place hides it', (t) => {
  t.equal(tree([index], ['var/task/a']).find(index), undefined)
  t.equal(tree([index], [['var/task/a', 'symlink', '/opt']]).find(index), undefined)
  t.ok(tree([index], [['var/task/a', 'directory']]).find(index))
  t.equal(tree([index], [[index, 'other']]).find(index)?.node.kind, 'other')
  t.end()
})

t.test('links are followed inside of the image only', (t) => {
  const seen = tree([
    ['lib', 'symlink', 'usr/lib'],
    'usr/lib/x.so',
    ['usr/lib/y.so', 'symlink', '../../lib/x.so'],
    ['up', 'symlink', '../../../usr/lib/x.so'],
    ['absolute', 'symlink', '/usr/lib/y.so'],
    ['gone', 'symlink', 'nowhere'],
    ['a', 'symlink', 'b'],
    ['b', 'symlink', 'a'],
    ['hard', 'hardlink', 'usr/lib/x.so'],
  ])
  for (const path of ['lib/x.so', '/lib/y.so', 'up', 'absolute', 'usr/../lib/x.so']) {
    t.equal(seen.find(path)?.path, 'usr/lib/x.so', path)
  }
  for (const path of ['gone', 'a', 'b', 'usr/lib/x.so/..', 'nothing']) {
    t.equal(seen.find(path), undefined, path)
  }
  t.equal(seen.find('hard')?.node.kind, 'file')
  t.end()
})

t.test('an entry below a link lies where the link leads, as container engines put it', (t) => {
  const seen = tree(['usr/lib/a', ['lib', 'symlink', 'usr/lib']], ['lib/b'])
  t.ok(seen.find('usr/lib/b'))
  t.ok(seen.find('lib/a'))
  const replaced = tree(
    ['usr/lib/a', ['lib', 'symlink', 'usr/lib']],
    [['lib', 'directory'], 'lib/b'],
  )
  t.equal(replaced.find('lib/a'), undefined, 'a folder replaces the link')
  t.end()
})

t.test('it says what a disk has to do', (t) => {
  const seen = createImageTree()
  const add = (short: Short) => seen.add(entry(short))
  t.strictSame(add(['usr/lib', 'directory']), { removed: [], at: 'usr/lib' })
  add(['lib', 'symlink', 'usr/lib'])
  t.strictSame(add('lib/a'), { removed: [], at: 'usr/lib/a' })
  t.strictSame(add(['b', 'hardlink', 'lib/a']), { removed: [], at: 'b', same: 'usr/lib/a' })
  seen.nextLayer()
  t.strictSame(add('usr/.wh.lib'), { removed: ['usr/lib'] })
  t.strictSame(add('b'), { removed: ['b'], at: 'b' })
  t.strictSame(add(['', 'directory']), { removed: [] })
  t.strictSame(add('../../etc/passwd'), { removed: [], at: 'etc/passwd' })
  t.end()
})

t.test('entries in a row of one folder are where they would be with others in between', (t) => {
  const name = fc.constantFrom('a', 'b', 'l', '.wh.a', '.wh.l', '.wh..wh..opq')
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
  const target = fc.constantFrom('a', '/', '/a/b', '../b', 'nothing')
  const short = fc.oneof(
    path.map((one): Short => one),
    path.map((one): Short => [one, 'directory']),
    fc.tuple(path, target).map(([one, to]): Short => [one, 'symlink', to]),
  )
  const between: Short = 'between/others'
  const leavesOf = (layers: readonly (readonly Short[])[]) =>
    [...tree(...layers).leaves()]
      .map(({ path: found, node }) => `${found} ${node.kind}`)
      .filter((leaf) => leaf !== 'between/others file')
      .toSorted()
  fc.assert(
    fc.property(fc.array(fc.array(short, { maxLength: 6 }), { maxLength: 3 }), (layers) => {
      const apart = layers.map((layer) => layer.flatMap((one) => [between, one, between]))
      t.strictSame(leavesOf(layers), leavesOf(apart))
    }),
    { numRuns: 300 },
  )
  // The link by which the first entry is where it is goes with it, or becomes a folder.
  const link: Short = ['l', 'symlink', '/']
  for (const own of [
    ['l/.wh.l', 'l/x'],
    [['l/l', 'directory'], 'l/x'],
  ] as const) {
    const after = tree([link], own)
    t.ok(after.find('l/x'))
    t.equal(after.find('x'), undefined)
  }
  t.end()
})

t.test('paths are taken as a container has them', (t) => {
  for (const written of ['./a/b', '/a/b', 'a//b', 'a/./b', 'a/c/../b', '../a/b', 'a/b/'])
    t.ok(tree([written]).find('a/b'), written)
  for (const plain of ['a/..b/.c', '...', 'a/.../b', '.a']) t.ok(tree([plain]).find(plain), plain)
  for (const root of ['.', '/', './', '', '..']) t.strictSame([...tree([root]).leaves()], [], root)
  t.end()
})
