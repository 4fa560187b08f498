import t from 'tap'

import {
  formatPackageChange,
  type ListedPackages,
  listPackageChanges,
  packageChanges,
} from '../../../../plugin/core/report/package-changes.ts'

/** `sharp 1.0.0 500` */
const listed = (...lines: string[]) =>
  lines.map((line) => {
    const [name = '', version = '', bytes] = line.split(' ')
    return { name, version, ...(bytes !== undefined && { bytes: Number(bytes) }) }
  })
const whole = (...lines: string[]): ListedPackages => ({ named: [], all: listed(...lines) })
const words = (before: ListedPackages, after: ListedPackages) =>
  packageChanges(before, after).map(formatPackageChange)

t.test('added, removed and bumped, the largest first', (t) => {
  const before = whole('ms 2.1.1 700', 'sharp 0.33.5 5000000', 'same 1.0.0 9000000')
  const after = whole('sharp 0.35.5 6000000', 'same 1.0.0 9000000', 'zod 4.0.0 7000000')
  t.strictSame(packageChanges(before, after), [
    { change: 'added', name: 'zod', before: [], after: ['4.0.0'], bytes: 7_000_000 },
    { change: 'bumped', name: 'sharp', before: ['0.33.5'], after: ['0.35.5'], bytes: 6_000_000 },
    { change: 'removed', name: 'ms', before: ['2.1.1'], after: [], bytes: 700 },
  ])
  t.strictSame(words(before, after), [
    'zod 4.0.0 added, 7.0 MB',
    'sharp 0.33.5 to 0.35.5, 6.0 MB',
    'ms 2.1.1 removed, 700 B',
  ])
  t.strictSame(words(before, before), [])
  t.end()
})

t.test('a package that is there more than once', (t) => {
  const before = whole('ms 1.0.0 10', 'ms 2.0.0 20', 'ms 2.0.0 20', 'a 1.0.0 5')
  t.strictSame(words(before, whole('ms 2.0.0 20', 'ms 3.0.0 30', 'a 1.0.0 5')), [
    'ms 1.0.0 to 3.0.0, 30 B',
  ])
  t.strictSame(words(before, whole('ms 3.0.0 30', 'a 1.0.0 5', 'a 2.0.0 6')), [
    'ms 1.0.0, 2.0.0 to 3.0.0, 30 B',
    'a 2.0.0 added, 6 B',
  ])
  t.end()
})

t.test('bytes that nobody knows yet', (t) => {
  const before = whole('sharp 0.33.5 5000', 'ms 1.0.0 7')
  t.strictSame(words(before, whole('sharp 0.35.5', 'zod 4.0.0')), [
    'sharp 0.33.5 to 0.35.5, 5.0 kB',
    'ms 1.0.0 removed, 7 B',
    'zod 4.0.0 added',
  ])
  t.end()
})

t.test('where not all packages are known, those that the image names', (t) => {
  const old = { named: listed('sharp 0.33.5') }
  const after = { named: listed('sharp 0.35.5'), all: listed('sharp 0.35.5 9', 'color 5.0.0 9') }
  t.strictSame(words(old, after), ['sharp 0.33.5 to 0.35.5'])
  t.strictSame(words(after, old), ['sharp 0.35.5 to 0.33.5'])
  t.end()
})

t.test('what is left out of an image is not added to the next one', (t) => {
  const before = { ...whole('a 1.0.0 1'), leftOut: ['fsevents@2.0.0'] }
  t.strictSame(words(before, whole('a 1.0.1', 'fsevents 2.0.0')), ['a 1.0.0 to 1.0.1, 1 B'])
  t.end()
})

t.test('a few lines, and how many more', (t) => {
  const many = Array.from({ length: 15 }, (_, at) => `p${at} 1.0.0 ${1000 * (15 - at)}`)
  const lines = listPackageChanges(packageChanges(whole(), whole(...many)), 3)
  t.strictSame(lines, [
    'p0 1.0.0 added, 15 kB',
    'p1 1.0.0 added, 14 kB',
    'p2 1.0.0 added, 13 kB',
    'and 12 more, 78 kB',
  ])
  t.end()
})
