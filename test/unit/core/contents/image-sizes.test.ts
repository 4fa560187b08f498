import t from 'tap'

import { sizeChanges, totalOf } from '../../../../plugin/core/contents/compare-sizes.ts'
import {
  plannedSizes,
  servedSizes,
  withInside,
} from '../../../../plugin/core/contents/image-sizes.ts'
import type { ArchivedEntry } from '../../../../plugin/core/image/archived-entry.ts'

const file = (path: string, size: number): ArchivedEntry => ({
  path,
  kind: 'file',
  allowed: 4,
  size,
})

const served = servedSizes([
  { kind: 'base', name: 'nodejs:24', bytes: 100 },
  { kind: 'base', name: 'nodejs:24', bytes: 20 },
  {
    kind: 'read',
    entries: [
      file('var/task/node_modules/@s/a/index.js', 7),
      file('var/task/node_modules/b/node_modules/@s/a/index.js', 2),
      file('var/task/node_modules/b/index.js', 1),
      { path: 'var/task/node_modules/.bin/b', kind: 'symlink', allowed: 7, target: '../b' },
    ],
  },
  {
    kind: 'read',
    entries: [
      file('var/task/http/get-index/index.cjs', 50),
      file('var/task/http/get-index/node_modules/c/index.js', 5),
      file('var/task/models/a.onnx', 30),
      file('opt/bin/tool', 4),
      file('usr/lib64/libx.so', 3),
    ],
  },
])

t.test('what layers hold, by part', (t) => {
  t.strictSame(
    served.map(({ part, bytes, items }) => [part, bytes, items.map(({ name }) => name)]),
    [
      ['base', 120, ['nodejs:24']],
      ['layers', 4, ['/opt']],
      ['packages', 10, ['@s/a', 'b']],
      ['functions', 55, ['http/get-index']],
      ['other', 33, ['/var/task/models', '/usr/lib64']],
    ],
  )
  t.equal(totalOf(served), 222)
  t.end()
})

t.test('a file that a later layer covers is counted once', (t) => {
  const path = 'var/task/http/get-index/index.cjs'
  const [part] = servedSizes([
    { kind: 'read', entries: [file(path, 9)] },
    { kind: 'read', entries: [file(path, 4)] },
  ])
  t.equal(part?.bytes, 4)
  t.end()
})

const planned = plannedSizes(
  {
    images: [{ reference: 'nodejs:24', role: 'base' }],
    functions: [{ name: 'get /', place: 'var/task/http/get-index', bytes: 15, needs: [] }],
    packages: [
      {
        id: '1',
        name: 'b',
        how: 'installed',
        place: 'var/task/node_modules/b',
        bytes: 12,
        needs: [],
      },
      {
        id: '2',
        name: 'ms',
        how: 'bundled',
        place: 'var/task/http/get-index/index.cjs',
        bytes: 35,
        needs: [],
      },
      {
        id: '3',
        name: 'c',
        how: 'beside',
        place: 'var/task/http/get-index/node_modules/c',
        bytes: 5,
        needs: [],
      },
    ],
    files: [{ path: 'var/task/models/a.onnx', bytes: 30 }],
  },
  130,
)

t.test('a planned image has the same parts, and functions their inside', (t) => {
  t.strictSame(
    planned.map(({ part, bytes }) => [part, bytes]),
    [
      ['base', 130],
      ['packages', 12],
      ['functions', 55],
      ['other', 30],
    ],
  )
  const inside = withInside(served, planned).find(({ part }) => part === 'functions')?.items[0]
  t.strictSame(
    inside?.inside?.map(({ name, bytes }) => [name, bytes]),
    [
      ['ms', 35],
      ['own code and files', 15],
      ['c', 5],
    ],
  )
  t.end()
})

t.test('changes against what is live, the largest first', (t) => {
  const changes = sizeChanges({ name: 'x', parts: planned, before: served, unknown: [] })
  t.strictSame(
    changes.map(({ name, change, before, after }) => [name, change, before, after]),
    [
      ['b', 'grown', 1, 12],
      ['nodejs:24', 'grown', 120, 130],
      ['@s/a', 'removed', 9, 0],
      ['/opt', 'removed', 4, 0],
      ['/usr/lib64', 'removed', 3, 0],
    ],
  )
  t.strictSame(sizeChanges({ name: 'x', parts: planned, unknown: [] }), [], 'nothing is live')
  t.strictSame(sizeChanges({ name: 'x', parts: served, before: served, unknown: [] }), [])
  t.end()
})
