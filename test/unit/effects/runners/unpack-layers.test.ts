import { mkdtemp, readdir, readFile, readlink, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'

import { removeFolder } from '../../../../plugin/effects/cache/remove-folder.ts'
import { unpackLayers } from '../../../../plugin/effects/runners/unpack-layers.ts'
import { type SmallEntry, tarOf } from '../../../stand-in/registry/small-image.ts'

async function unpack(...layers: readonly (readonly SmallEntry[])[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'unpack-'))
  t.teardown(() => removeFolder(folder))
  const bytes = layers.map((entries) =>
    (async function* () {
      yield gzipSync(tarOf(entries))
    })(),
  )
  await unpackLayers(bytes, folder)
  return folder
}

t.test('layers over one another, as a container sees them', async (t) => {
  const root = await unpack(
    [
      { path: 'usr/lib/' },
      { path: 'usr/lib/a', content: 'old' },
      { path: 'lib', type: '2', linkTo: 'usr/lib' },
      { path: 'gone/file', content: 'x' },
      { path: 'kept/old', content: 'x' },
      { path: 'same', type: '1', linkTo: 'usr/lib/a' },
    ],
    [
      { path: 'lib/b', content: 'through the link' },
      { path: '.wh.gone' },
      { path: 'kept/.wh..wh..opq' },
      { path: 'kept/new', content: 'y' },
      { path: 'usr/lib/a', content: 'new' },
      { path: 'disk', type: '4' },
    ],
  )
  t.equal(await readFile(join(root, 'usr/lib/b'), 'utf8'), 'through the link')
  t.equal(await readlink(join(root, 'lib')), 'usr/lib')
  t.equal(await readFile(join(root, 'usr/lib/a'), 'utf8'), 'new')
  t.equal(await readFile(join(root, 'same'), 'utf8'), 'old', 'a hard link keeps its file')
  t.strictSame(await readdir(join(root, 'kept')), ['new'])
  t.strictSame((await readdir(root)).toSorted(), ['kept', 'lib', 'same', 'usr'])
})

t.test('nothing is written outside of the folder', async (t) => {
  const outside = await mkdtemp(join(tmpdir(), 'outside-'))
  t.teardown(() => removeFolder(outside))
  const root = await unpack([
    { path: 'out', type: '2', linkTo: outside },
    { path: 'up', type: '2', linkTo: '../../../../../../../..' },
    { path: 'out/file', content: 'x' },
    { path: 'up/file', content: 'y' },
    { path: '../../escaped', content: 'z' },
    { path: '/absolute', content: 'z' },
  ])
  t.strictSame(await readdir(outside), [])
  t.equal(await readFile(join(root, 'file'), 'utf8'), 'y')
  t.equal(await readFile(join(root, 'escaped'), 'utf8'), 'z')
  t.equal(await readFile(join(root, 'absolute'), 'utf8'), 'z')
})

t.test("everybody has the bits of Lambda's user, and the owner may clean up", async (t) => {
  const before = process.umask(0o077)
  t.teardown(() => process.umask(before))
  const root = await unpack([
    { path: 'folder/', mode: 0o755 },
    { path: 'folder/script', mode: 0o755 },
    { path: 'secret', mode: 0o600 },
    { path: 'set', mode: 0o4755 },
    { path: 'shut/', mode: 0o700 },
    { path: 'shut/file', mode: 0o644 },
    { path: 'deep/er/file', mode: 0o644 },
  ])
  const modes = Object.fromEntries(
    await Promise.all(
      ['.', 'folder', 'folder/script', 'secret', 'set', 'shut', 'deep/er'].map(
        async (path) => [path, ((await stat(join(root, path))).mode & 0o7777).toString(8)] as const,
      ),
    ),
  )
  t.strictSame(modes, {
    '.': '755',
    folder: '755',
    'folder/script': '755',
    secret: '200',
    set: '755',
    shut: '200',
    'deep/er': '755',
  })
  await removeFolder(root)
  await t.rejects(stat(root), { code: 'ENOENT' })
})
