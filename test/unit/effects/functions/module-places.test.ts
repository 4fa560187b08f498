import { join } from 'node:path'

import fc from 'fast-check'
import t from 'tap'

import {
  modulePlaces,
  placeFinder,
  placeFinders,
} from '../../../../plugin/effects/functions/module-places.ts'
import { isBelow } from '../../../../plugin/effects/folder/look-at.ts'
import { plannedFunction } from '../../../stand-in/inputs/planned-image.ts'

const places = [
  { directory: '/app/src/http/get-index', place: '', entry: '/app/src/http/get-index/index.js' },
  { directory: '/app/src/http/get-index/inner', place: '' },
  { directory: '/app/src/shared', place: 'node_modules/@architect/shared' },
  { directory: '/app/node_modules', place: 'node_modules' },
]

t.test('where a zip has a module', (t) => {
  const placeOf = placeFinder(places)
  const expected = {
    '/app/src/http/get-index/index.js': 'index.js',
    '/app/src/http/get-index/inner/a/b.js': 'inner/a/b.js',
    '/app/src/http/get-index/node_modules/dep/main.js': 'node_modules/dep/main.js',
    '/app/src/shared/lib/tools.js': 'node_modules/@architect/shared/lib/tools.js',
    '/app/node_modules/@a/b/main.js': 'node_modules/@a/b/main.js',
    '/app/node_modules/.pnpm/a@1/node_modules/a/main.js': 'node_modules/a/main.js',
    '/app/src/http/get-index-2/index.js': undefined,
    '/app/lib/a.js': undefined,
    '/a.js': undefined,
  }
  for (const [file, place] of Object.entries(expected)) t.equal(placeOf(file), place, file)
  t.equal(placeFinder([])('/app/a.js'), undefined)
  t.end()
})

t.test('of several places the first that is above a file counts', (t) => {
  const folder = fc
    .array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 4 })
    .map((names) => `/${names.join('/')}`)
  fc.assert(
    fc.property(fc.array(folder, { maxLength: 6 }), folder, (directories, above) => {
      const numbered = directories.map((directory, number) => ({ directory, place: `${number}` }))
      const file = `${above === '/' ? '' : above}/file.js`
      const first = numbered.find(({ directory }) => isBelow(directory, file))
      t.equal(placeFinder(numbered)(file)?.split('/')[0], first?.place)
    }),
  )
  t.end()
})

t.test('each of many functions has modules where it alone would have them', (t) => {
  const app = t.testdir({ src: { a: {}, b: { inner: {} }, shared: {} }, node_modules: {} })
  const target = (name: string, more = {}) =>
    plannedFunction({
      sourceDirectory: join(app, 'src', name),
      entryFile: join(app, 'src', name, 'index.js'),
      ...more,
    })
  const folders = { shared: join(app, 'src/shared') }
  const finderOf = placeFinders(folders, app)
  const files = [
    'src/a/index.js',
    'src/a/node_modules/x/i.js',
    'src/b/inner/c.js',
    'src/shared/s.js',
    'node_modules/x/i.js',
    'lib/l.js',
  ].map((file) => join(app, file))
  // One function inside of another, one whose folder has the whole app, and a compiled one.
  for (const one of [
    target('a'),
    target('b'),
    target('b/inner'),
    target('..'),
    target('a', { codeDirectory: app }),
  ])
    for (const file of files) {
      const alone = placeFinder(modulePlaces([one], folders, app))(file)
      t.equal(finderOf(one)(file), alone, `${one.sourceDirectory} ${file}`)
    }
  t.end()
})
