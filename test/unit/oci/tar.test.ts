import { createHash } from 'node:crypto'

import fc from 'fast-check'
import { unpackTar } from 'modern-tar'
import t from 'tap'

import { orderLayer } from '../../../plugin/oci/layer-order.ts'
import { tarEnd, tarHeader, tarPadding, type TarEntry } from '../../../plugin/oci/tar.ts'

// Set, so that a gate that fails fails again.
fc.configureGlobal({ seed: 1 })

async function headerOf(entry: TarEntry) {
  const size = entry.kind === 'file' ? entry.size : 0
  const bytes = Buffer.concat([tarHeader(entry), Buffer.alloc(size), tarPadding(size), tarEnd])
  const [read] = await unpackTar(bytes, { strict: true })
  return read?.header
}

t.test('a plain file is one block, known to the byte', async (t) => {
  const header = tarHeader({ kind: 'file', path: 'var/task/index.js', size: 5, executable: false })
  t.equal(header.length, 512)
  t.equal(
    createHash('sha256').update(header).digest('hex'),
    'd5f97633447295a6a0c520c37dddd069ea312352edfc8da4614d9af22f70f189',
  )
})

t.test('readers see what was meant', async (t) => {
  const file = { kind: 'file', path: 'a/b.sh', size: 1000, executable: true } as const
  t.match(await headerOf(file), {
    name: 'a/b.sh',
    size: 1000,
    mode: 0o755,
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    type: 'file',
    mtime: new Date(0),
    pax: undefined,
  })
  t.match(await headerOf({ ...file, executable: false }), { mode: 0o644 })
  t.match(await headerOf({ kind: 'directory', path: 'a' }), {
    name: 'a/',
    mode: 0o755,
    type: 'directory',
  })
  t.match(await headerOf({ kind: 'symlink', path: 'a', target: '../b' }), {
    type: 'symlink',
    linkname: '../b',
  })
})

t.test('pax says what ustar cannot, and only then', async (t) => {
  const file = { kind: 'file', size: 0, executable: false } as const
  const exact = 'x'.repeat(100)
  t.equal(tarHeader({ ...file, path: exact }).length, 512)
  for (const path of [`${exact}y`, 'näh/ü.js', `${'ä'.repeat(120)}/b.js`, '\u{1f600}.js', 'a\nb']) {
    t.equal(tarHeader({ ...file, path }).length, 512 * 3, path)
    t.match(await headerOf({ ...file, path }), { name: path })
  }
  t.match(await headerOf({ kind: 'symlink', path: 'a', target: `${exact}/b` }), {
    linkname: `${exact}/b`,
  })
  t.match(await headerOf({ kind: 'directory', path: exact }), { name: `${exact}/` })
  t.equal(tarHeader({ ...file, path: 'a', size: 8 ** 11 - 1 }).length, 512)
  const large = Buffer.from(tarHeader({ ...file, path: 'a', size: 8 ** 11 }))
  t.equal(large.toString('latin1', 512, 512 + 19), '19 size=8589934592\n')
})

t.test('the length of a pax record counts itself at the edge of ten and hundred', async (t) => {
  for (let length = 101; length < 220; length++) {
    const path = 'p'.repeat(length)
    t.match(await headerOf({ kind: 'file', path, size: 0, executable: false }), { name: path })
  }
})

t.test('a layer has one order: bytes, parents first', async (t) => {
  const paths = ['a/b/c', 'a-b', 'a/b.js', 'a/\u{1f600}', 'a/\uff5e', 'B']
  const order = orderLayer(paths.map((path) => ({ path })))
  t.same(
    order.map(({ kind, path }) => `${kind === 'directory' ? 'd' : 'f'} ${path}`),
    ['f B', 'd a', 'f a-b', 'd a/b', 'f a/b.js', 'f a/b/c', 'f a/\uff5e', 'f a/\u{1f600}'],
  )
})

t.test('every parent stands before its content, whatever the paths', async () => {
  const name = fc.stringMatching(/^[a-cA-C~!-]{1,3}$/)
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 12 }), (paths) => {
      const isParent = (path: string) => paths.some((other) => other.startsWith(`${path}/`))
      const items = paths.filter((path) => !isParent(path)).map((path) => ({ path }))
      const seen = new Set<string>()
      for (const { path } of orderLayer(items)) {
        const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')))
        if (parent !== '' && !seen.has(parent)) return false
        seen.add(path)
      }
      const reversed = orderLayer(items.toReversed())
      return JSON.stringify(reversed) === JSON.stringify(orderLayer(items))
    }),
  )
})

t.test('paths that could leave the layer or clash are refused', async (t) => {
  for (const path of ['', '/etc/passwd', 'a//b', '../a', 'a/../b', 'a/.', 'a/', 'a\0b', '\ud800']) {
    t.throws(() => orderLayer([{ path }]), { code: 'LAYER_PATH_INVALID' }, JSON.stringify(path))
  }
  t.throws(() => orderLayer([{ path: 'a' }, { path: 'a' }]), /is there twice/)
  t.throws(() => orderLayer([{ path: 'a' }, { path: 'a/b' }]), /a file and a directory at once/)
})
