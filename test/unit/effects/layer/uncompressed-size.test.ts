import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'

import t from 'tap'

import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { leastUncompressedSize } from '../../../../plugin/effects/layer/uncompressed-size.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { mediaTypes } from '../../../../plugin/oci/media-types.ts'

const GiB = 2 ** 30
const closed = openRepository({ uri: 'registry.example/app' })

/** A layer of which only its size and its end are there. */
function leastOf(size: number, end: Uint8Array, mediaType: string = mediaTypes.oci.layer) {
  const descriptor = { mediaType, digest: digestOf('layer'), size }
  const getBlobTail = async (_: unknown, length: number) => end.subarray(-length)
  return leastUncompressedSize(descriptor, { ...closed, getBlobTail })
}

const trailer = (value: number): Buffer => {
  const end = Buffer.alloc(4)
  end.writeUInt32LE(value % 2 ** 32)
  return end
}

const leastOfFile = (file: Buffer) => leastOf(file.length, file)

t.test('a layer below 4 GiB is seen as it is', async (t) => {
  t.equal(await leastOfFile(gzipSync(Buffer.alloc(5_000_000))), 5_000_000)
  t.equal(await leastOf(1.5 * GiB, trailer(3.9 * GiB)), Math.floor(3.9 * GiB))
  t.equal(await leastOfFile(gzipSync(Buffer.alloc(0))), 19, 'an empty one: its own 20 bytes')
})

t.test('one of 4 GiB and more by its compressed bytes, or modulo 4 GiB', async (t) => {
  t.equal(await leastOf(2.5 * GiB, trailer(6 * GiB)), Math.floor(2.5 * 0.99 * GiB))
  t.equal(await leastOf(2.5 * GiB, trailer(7 * GiB)), 3 * GiB)
  t.equal(await leastOf(11 * GiB, trailer(11 * GiB)), Math.floor(11 * 0.99 * GiB))
})

t.test('never more than the truth', async (t) => {
  const noise = randomBytes(3_000_000)
  const files: Readonly<Record<string, readonly [Buffer, number]>> = {
    'data that cannot be made smaller': [gzipSync(noise), noise.length],
    'stored blocks': [gzipSync(noise, { level: 0, memLevel: 1 }), noise.length],
    'members of 64 KiB each': [
      Buffer.concat(
        Array.from({ length: 40 }, (_, at) => gzipSync(noise.subarray(at << 16, (at + 1) << 16))),
      ),
      40 << 16,
    ],
    'a small member last': [
      Buffer.concat([gzipSync(noise), gzipSync(Buffer.from('end'))]),
      noise.length + 3,
    ],
    'an empty member last': [
      Buffer.concat([gzipSync(noise), gzipSync(Buffer.alloc(0))]),
      noise.length,
    ],
  }
  for (const [name, [file, truth]] of Object.entries(files)) {
    const least = await leastOfFile(file)
    t.ok(least <= truth, `${name}: ${least} of ${truth}`)
    t.ok(least > truth * 0.98, `${name}: and no less than has to be`)
  }
})

t.test('what is no gzip has no trailer', async (t) => {
  const type = 'application/vnd.oci.image.layer.v1.tar+zstd'
  t.equal(await leastOf(1000, trailer(3 * GiB), type), 990)
})
