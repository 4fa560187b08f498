import { isDeepStrictEqual } from 'node:util'

import fc from 'fast-check'
import t from 'tap'

import { groupPackages, largePackage } from '../../../../plugin/core/dependencies/group-packages.ts'

interface Entry {
  readonly path: string
  readonly size: number
}
const groups = (entries: readonly Entry[]) => groupPackages(entries, ({ size }) => size)
const pathOf = ({ path }: Entry): string => path
const file = (path: string, size = 1): Entry => ({ path: `var/task/node_modules/${path}`, size })
const owners = (entries: readonly Entry[]) => groups(entries).map(({ owner }) => owner)
/** Which files share a layer. */
const layout = (entries: readonly Entry[]) =>
  new Map(groups(entries).flatMap(({ owner, entries: own }) => own.map((it) => [it.path, owner])))

const name = fc.stringMatching(/^(?:@[a-z]{1,3}\/)?[a-z]{1,4}$/)
fc.configureGlobal({ seed: 1 })
/** Fewer are large than have layers of their own at most. */
const tree = fc
  .array(
    fc.record({
      name,
      inside: fc.option(name, { nil: undefined }),
      files: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}\.js$/), { minLength: 1, maxLength: 3 }),
      size: fc.integer({ min: 0, max: largePackage / 4 }),
    }),
    { maxLength: 30 },
  )
  .map((packages) => {
    const entries = packages.flatMap(({ name: own, inside, files, size }, at) => {
      const folder = inside === undefined ? own : `${inside}/node_modules/${own}`
      return files.map((one) => file(`${folder}/${one}`, at < 5 ? size * 8 : size))
    })
    return [...new Map(entries.map((entry) => [entry.path, entry])).values()]
  })

t.test('every file is in one layer, and no layer is empty', (t) => {
  fc.assert(
    fc.property(tree, (entries) => {
      const all = groups(entries)
      const paths = all.flatMap((group) => group.entries.map(({ path }) => path))
      const isEmpty = all.length > 1 && all.some((group) => group.entries.length === 0)
      return !isEmpty && isDeepStrictEqual(paths.toSorted(), entries.map(pathOf).toSorted())
    }),
    { numRuns: 200 },
  )
  t.end()
})

t.test('the order of the files decides nothing', (t) => {
  fc.assert(
    fc.property(tree, (entries) => {
      const other = layout(entries.toReversed())
      return [...layout(entries)].every(([path, owner]) => other.get(path) === owner)
    }),
    { numRuns: 100 },
  )
  t.end()
})

t.test('what becomes of one package moves no file of another', (t) => {
  fc.assert(
    fc.property(tree, name, fc.integer({ min: 0, max: 20_000_000 }), (entries, own, size) => {
      const isOwn = ({ path }: Entry) => path.startsWith(`var/task/node_modules/${own}/`)
      const others = entries.filter((entry) => !isOwn(entry))
      const after = layout([...others, file(`${own}/index.js`, size)])
      return [...layout(others)].every(([path, owner]) => after.get(path) === owner)
    }),
    { numRuns: 200 },
  )
  t.end()
})

t.test('large packages alone, the rest together, and it above them', (t) => {
  t.strictSame(
    groups([
      file('.bin/tool', 0),
      file('big/a.node', largePackage),
      file('big/node_modules/small/index.js'),
      file('@own/huge/half.bin', largePackage),
      file('@own/huge/other.bin', largePackage),
      file('small/index.js', largePackage - 1),
      { path: 'var/task/packages.cjs', size: 20 * largePackage },
    ]).map(({ owner, entries }) => [owner, entries.map(({ path }) => path.slice(9))]),
    [
      [
        'node_modules/@own/huge',
        ['node_modules/@own/huge/half.bin', 'node_modules/@own/huge/other.bin'],
      ],
      ['node_modules/big', ['node_modules/big/a.node']],
      [
        undefined,
        [
          'node_modules/.bin/tool',
          'node_modules/big/node_modules/small/index.js',
          'node_modules/small/index.js',
          'packages.cjs',
        ],
      ],
    ],
  )
  t.strictSame(owners([file('big/a.node', largePackage)]), ['node_modules/big'])
  t.strictSame(owners([]), [undefined], 'packages without a file are a layer too')
  t.end()
})

t.test('nine layers at most: the largest packages have their own', (t) => {
  const many = Array.from({ length: 30 }, (_, at) => file(`p${at}/x.node`, largePackage + at))
  const all = groups(many)
  t.equal(all.length, 9)
  t.strictSame(
    all.map(({ owner }) => owner),
    [...[29, 28, 27, 26, 25, 24, 23, 22].map((at) => `node_modules/p${at}`), undefined],
  )
  t.end()
})
