import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'

import fc from 'fast-check'
import t from 'tap'

import { gzip } from '../../../../plugin/effects/layer/gzip.ts'

// Set, so that a gate that fails fails again.
fc.configureGlobal({ seed: 1 })

const mebibyte = 1024 * 1024

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]) {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function compress(bytes: Uint8Array, sizes = [65_536], concurrency = 2): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of gzip(inPieces(bytes, sizes), concurrency)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

t.test('gives back what went in, at every edge of a block', async (t) => {
  const noise = randomBytes(2 * mebibyte + 10)
  for (const size of [0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 2 * mebibyte, noise.length]) {
    const bytes = noise.subarray(0, size)
    t.ok(gunzipSync(await compress(bytes)).equals(bytes), `${size} bytes`)
  }
})

t.test('nothing but the content decides the bytes', async (t) => {
  const text = Buffer.from('one block knows the window before it. '.repeat(80_000))
  const once = await compress(text, [text.length])
  t.ok(once.length < text.length / 100, 'blocks share their windows')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3 * mebibyte }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 5 }),
      async (sizes, concurrency) => {
        // Tiny pieces only cost time: they cannot cut a block in a new way.
        const pieces = sizes.map((size) => Math.max(size, 10_000))
        return once.equals(await compress(text, pieces, concurrency))
      },
    ),
    { numRuns: 12 },
  )
})

t.test('one member with a fixed header', async (t) => {
  const bytes = await compress(Buffer.from('hello'))
  t.equal(bytes.toString('hex', 0, 10), '1f8b08000000000000ff')
  t.equal(bytes.readUInt32LE(bytes.length - 4), 5)
  t.equal(bytes.lastIndexOf(Buffer.from('1f8b08', 'hex')), 0)
})

t.test('an error of the source comes out, and a reader may stop', async (t) => {
  async function* broken() {
    yield Buffer.alloc(3 * mebibyte)
    throw new Error('the disk is gone')
  }
  await t.rejects(async () => {
    for await (const _ of gzip(broken()));
  }, /the disk is gone/)
  let ended = false
  async function* endless() {
    try {
      for (;;) yield Buffer.alloc(mebibyte)
    } finally {
      ended = true
    }
  }
  let seen = 0
  for await (const _ of gzip(endless())) if (++seen > 3) break
  t.ok(ended)
})
