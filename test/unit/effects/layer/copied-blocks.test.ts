import { createHash } from 'node:crypto'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

import t from 'tap'

import type { PackedFile } from '../../../../plugin/effects/layer/layer-entry.ts'
import { writeLayer } from '../../../../plugin/effects/layer/layer-writer.ts'
import { wholeBlocks } from '../../../../plugin/effects/unpacked/whole-blocks.ts'
import { deflateBlocks } from '../../../../plugin/oci/deflate-blocks.ts'

const mebibyte = 1024 * 1024
const text = Buffer.from('what a native file has in it, over and over: ')

/** The same in every run. */
function noise(seed: number): Buffer {
  return createHash('shake256', { outputLength: 10_000 }).update(`${seed}`).digest()
}

/** As a native file is: a part of it shrinks, a part does not. */
function native(size: number): Buffer {
  const parts = Array.from({ length: Math.ceil(size / 20_000) }, (_, at) =>
    at % 2 === 0 ? noise(at) : Buffer.alloc(10_000, text.subarray(at % 40)),
  )
  return Buffer.concat(parts).subarray(0, size)
}

/** Files one after another, and the same gzipped, with something around each. */
async function packed(
  folder: string,
  contents: readonly Buffer[],
  level = 9,
): Promise<PackedFile[]> {
  const header = Buffer.alloc(512, 'header')
  const [file, tarball] = [join(folder, 'archive'), join(folder, 'archive.tgz')]
  await writeFile(file, Buffer.concat(contents))
  const all = Buffer.concat([...contents.flatMap((one) => [header, one]), Buffer.alloc(1024)])
  await writeFile(tarball, gzipSync(all, { level }))
  const sizes = contents.map(({ length }) => length)
  const before = (index: number) => sizes.slice(0, index).reduce((sum, one) => sum + one, 0)
  const starts = sizes.map((size, index) => ({ start: 512 * (index + 1) + before(index), size }))
  return wholeBlocks(tarball, starts).map((blocks, index): PackedFile => ({
    path: `file-${index}.node`,
    executable: false,
    source: {
      kind: 'part',
      file,
      offset: before(index),
      size: sizes[index] ?? 0,
      ...(blocks && { compressed: { file: tarball, ...blocks } }),
    },
  }))
}

function plain({ path, executable, source }: PackedFile): PackedFile {
  const { kind, file, offset, size } = source
  return { path, executable, source: { kind, file, offset, size } }
}

async function layerOf(entries: readonly PackedFile[], cacheDirectory: string) {
  const layer = await writeLayer(entries, { cacheDirectory })
  const chunks: Uint8Array[] = []
  for await (const chunk of layer.open()) chunks.push(chunk)
  const { diffId, descriptor } = layer
  return { diffId, digest: descriptor.digest, bytes: Buffer.concat(chunks) }
}

t.test('a layer with copied blocks unpacks to the same bytes', async (t) => {
  for (const level of [1, 6, 9]) {
    const folder = t.testdir()
    const contents = [native(3 * mebibyte + 7), native(5000), native(2 * mebibyte)]
    const entries = await packed(folder, contents, level)
    t.same(
      entries.map(({ source }) => source.compressed !== undefined),
      [true, false, true],
    )
    const copied = await layerOf(entries, join(folder, 'copied'))
    const compressed = await layerOf(entries.map(plain), join(folder, 'compressed'))
    t.not(copied.digest, compressed.digest)
    t.equal(copied.diffId, compressed.diffId)
    t.ok(gunzipSync(copied.bytes).equals(gunzipSync(compressed.bytes)))
    t.equal((await layerOf(entries, join(folder, 'again'))).digest, copied.digest)
  }
})

t.test('blocks from every bit to every bit', async (t) => {
  const folder = t.testdir()
  const [entry] = await packed(folder, [native(2 * mebibyte)])
  if (entry?.source.compressed === undefined) throw new Error('nothing is copied')
  const { compressed } = entry.source
  const tarball = await readFile(compressed.file)
  const readAt = (offset: number, target: Uint8Array) => tarball.copy(target, 0, offset)
  const blocks = [...deflateBlocks(readAt)].filter(
    ({ bit }) => bit >= compressed.startBit && bit <= compressed.endBit,
  )
  const content = await readFile(entry.source.file)
  for (let shift = 0; shift < 8; shift++) {
    const start = blocks.find(({ bit }) => bit % 8 === shift)
    const end = blocks.findLast(({ bit }) => bit % 8 === (shift * 3) % 8)
    if (start === undefined || end === undefined || start.bit >= end.bit)
      throw new Error('no block')
    const [from, to] = [start.byte - 512, end.byte - 512]
    const range = { ...compressed, from, to, startBit: start.bit, endBit: end.bit }
    const copied = { ...entry, source: { ...entry.source, compressed: range } }
    const { bytes, digest } = await layerOf([copied], join(folder, `cache-${shift}`))
    t.not(digest, (await layerOf([plain(entry)], join(folder, 'plain'))).digest)
    t.ok(gunzipSync(bytes).includes(content), `from ${start.bit} to ${end.bit}`)
  }
})

t.test('what does not unpack to the file is compressed here', async (t) => {
  const folder = t.testdir()
  const entries = await packed(folder, [native(3 * mebibyte)])
  const expected = await layerOf(entries.map(plain), join(folder, 'compressed'))
  const tarball = await open(join(folder, 'archive.tgz'), 'r+')
  await tarball.write(Buffer.alloc(2000, 0x55), 0, 2000, 200_000)
  await tarball.close()
  t.equal((await layerOf(entries, join(folder, 'damaged'))).digest, expected.digest)
  await writeFile(join(folder, 'archive.tgz'), 'gone')
  t.equal((await layerOf(entries, join(folder, 'gone'))).digest, expected.digest)
})

t.test('a tarball that is no gzip has nothing to copy', async (t) => {
  const file = join(t.testdir(), 'archive.tgz')
  await writeFile(file, native(2 * mebibyte))
  t.same(wholeBlocks(file, [{ start: 0, size: mebibyte }]), [undefined])
})
