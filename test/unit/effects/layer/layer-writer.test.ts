import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { unpackTar } from 'modern-tar'
import t from 'tap'

import type { LayerEntry } from '../../../../plugin/effects/layer/layer-entry.ts'
import { writeLayer } from '../../../../plugin/effects/layer/layer-writer.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'

const tree: Readonly<Record<string, string>> = {
  'var/task/node_modules/a/index.js': 'module.exports = 1\n',
  'var/task/node_modules/a/bin/run': '#!/bin/sh\n',
  'var/task/node_modules/b/empty': '',
  [`var/task/node_modules/b/${'long/'.repeat(30)}näme.js`]: 'x'.repeat(70_000),
}

async function onDisk(folder: string, time: number, umask: number): Promise<LayerEntry[]> {
  const entries: LayerEntry[] = []
  for (const [path, content] of Object.entries(tree)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    await chmod(file, 0o777 & ~umask)
    await utimes(file, time, time)
    const size = Buffer.byteLength(content)
    entries.push({
      path,
      source: { kind: 'file', file, size },
      executable: path.endsWith('run'),
    })
  }
  entries.push({ path: 'var/task/node_modules/c', source: { kind: 'symlink', target: 'a' } })
  return entries
}

t.test('one tree, one layer: folder, times, modes and order do not count', async (t) => {
  const cacheDirectory = t.testdir()
  const [first, second] = [join(cacheDirectory, 'one'), join(cacheDirectory, 'other')]
  const one = await writeLayer(await onDisk(first, 1, 0o022), { cacheDirectory })
  const two = await writeLayer((await onDisk(second, 9, 0o077)).toReversed(), { cacheDirectory })
  t.same(two.descriptor, one.descriptor)
  t.equal(one.diffId, 'sha256:9a037e9cd83f80abac198f69f8a55e114aa7b0da736c2020b0dd22e259c4b97f')
  t.equal(two.diffId, one.diffId)
  t.equal(two.uncompressedSize, one.uncompressedSize)
  t.equal((await readdir(join(cacheDirectory, 'layers'))).length, 1)
  t.same(await readdir(join(cacheDirectory, 'temporary')), [])
})

t.test('the layer is what its description says, and Lambda takes it', async (t) => {
  const cacheDirectory = t.testdir()
  const entries = await onDisk(join(cacheDirectory, 'source'), 1, 0)
  const layer = await writeLayer(
    [
      ...entries,
      { path: 'z', source: { kind: 'bytes', bytes: Buffer.from('z') }, executable: false },
    ],
    { cacheDirectory },
  )
  const chunks: Uint8Array[] = []
  for await (const chunk of layer.open()) chunks.push(chunk)
  const compressed = Buffer.concat(chunks)
  t.equal(layer.descriptor.mediaType, 'application/vnd.oci.image.layer.v1.tar+gzip')
  t.equal(layer.descriptor.size, compressed.length)
  t.equal(layer.descriptor.digest, digestOf(compressed))
  const archive = gunzipSync(compressed)
  t.equal(layer.uncompressedSize, archive.length)
  t.equal(layer.diffId, digestOf(archive))
  const read = await unpackTar(archive, { strict: true })
  const seen = new Set<string>()
  for (const { header } of read) {
    const name = header.name.replace(/\/$/, '')
    const parent = dirname(name)
    t.ok(parent === '.' || seen.has(parent), `${parent} stands before ${name}`)
    t.match(header.type, /^(?:file|directory|symlink)$/)
    seen.add(name)
  }
  const content = new Map(read.map(({ header, data }) => [header.name, data]))
  for (const [path, text] of Object.entries(tree)) {
    t.equal(Buffer.from(content.get(path) ?? []).toString(), text, path)
  }
  t.match(
    read.find(({ header }) => header.name.endsWith('/run')),
    { header: { mode: 0o755 } },
  )
})

t.test('a file that changed meanwhile spoils nothing', async (t) => {
  const cacheDirectory = t.testdir({ file: 'four' })
  const file = join(cacheDirectory, 'file')
  for (const size of [3, 5]) {
    await t.rejects(
      writeLayer([{ path: 'a', source: { kind: 'file', file, size }, executable: false }], {
        cacheDirectory,
      }),
      { code: 'FILE_CHANGED' },
    )
  }
  const source = { kind: 'file', file, size: 4, sha256: 'of another content' } as const
  await t.rejects(writeLayer([{ path: 'a', source, executable: false }], { cacheDirectory }), {
    code: 'FILE_CHANGED',
    message: /file changed while the deploy was reading it/,
  })
  t.same(await readdir(join(cacheDirectory, 'temporary')), [])
  await t.rejects(readFile(join(cacheDirectory, 'layers')), { code: 'ENOENT' })
})
