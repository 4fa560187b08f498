import { gzipSync } from 'node:zlib'

import { packTar } from 'modern-tar'
import t from 'tap'

import { layerContents } from '../../../../plugin/effects/layer/layer-contents.ts'

async function* inPieces(bytes: Uint8Array, size = 700) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function namesOf(source: AsyncIterable<Uint8Array>): Promise<string[]> {
  const names: string[] = []
  for await (const { entry } of layerContents(source)) names.push(`${entry.kind} ${entry.path}`)
  return names
}

const long = `var/task/${'deep/'.repeat(40)}index.js`

t.test('names as image tools write them, without their content', async (t) => {
  const archive = await packTar([
    { header: { name: './', type: 'directory', size: 0 } },
    { header: { name: './var/', type: 'directory', size: 0 } },
    { header: { name: '/etc/passwd', size: 3 }, body: 'abc' },
    { header: { name: long, size: 5000 }, body: new Uint8Array(5000) },
    { header: { name: 'link', type: 'symlink', linkname: 'var', size: 0 } },
    { header: { name: 'var/.wh.gone', size: 0 } },
  ])
  t.same(await namesOf(inPieces(gzipSync(archive))), [
    'directory ',
    'directory var',
    'file etc/passwd',
    `file ${long}`,
    'symlink link',
    'file var/.wh.gone',
  ])
})

t.test('a hit ends the reading of the source', async (t) => {
  const entries = Array.from({ length: 500 }, (_, index) => ({
    header: { name: `file-${index}`, size: 20_000 },
    body: crypto.getRandomValues(new Uint8Array(20_000)),
  }))
  const archive = gzipSync(await packTar(entries))
  let read = 0
  let ended = false
  async function* counted() {
    try {
      for await (const piece of inPieces(archive, 65_536)) {
        read += piece.length
        yield piece
      }
    } finally {
      ended = true
    }
  }
  for await (const { entry } of layerContents(counted())) if (entry.path === 'file-3') break
  t.ok(read < archive.length / 2, `${read} of ${archive.length} bytes`)
  await new Promise((resolve) => setImmediate(resolve))
  t.ok(ended)
})

t.test('what is no layer is an error that says so', async (t) => {
  const archive = gzipSync(await packTar([{ header: { name: 'a', size: 9 }, body: 'x'.repeat(9) }]))
  await t.rejects(namesOf(inPieces(Buffer.from('nonsense'))), /incorrect header check/)
  await t.rejects(namesOf(inPieces(archive.subarray(0, 60))), /unexpected end of file/)
  await t.rejects(namesOf(inPieces(gzipSync(Buffer.alloc(700, 'x')))))
  async function* broken() {
    yield archive.subarray(0, 20)
    throw new Error('connection lost')
  }
  await t.rejects(namesOf(broken()), /connection lost/)
})

t.test("what Lambda's user may do with it", async (t) => {
  const archive = await packTar([
    { header: { name: 'script', size: 0, mode: 0o754 } },
    { header: { name: 'own', size: 0, mode: 0o700, uid: 993 } },
    { header: { name: 'shared', size: 0, mode: 0o640, gid: 990 } },
    { header: { name: 'secret', size: 0, mode: 0o600 } },
    { header: { name: 'folder/', type: 'directory', size: 0, mode: 0o755 } },
  ])
  const allowed: Record<string, number> = {}
  for await (const { entry } of layerContents(inPieces(gzipSync(archive)))) {
    allowed[entry.path] = entry.allowed
  }
  t.strictSame(allowed, { script: 4, own: 7, shared: 4, secret: 0, folder: 5 })
})
