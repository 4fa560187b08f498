import { randomBytes } from 'node:crypto'

import type { Test } from 'tap'

import { ContainerImageError } from '../../plugin/errors.ts'
import { digestOf } from '../../plugin/oci/digest.ts'
import { parseManifest } from '../../plugin/oci/manifest.ts'
import { openRepository } from '../../plugin/effects/registry/open-repository.ts'
import type { Repository } from '../../plugin/ports/repository.ts'
import { type SmallBlob, blobOf, smallImage } from '../stand-in/registry/small-image.ts'

/** A registry that asks for credentials, started for the cases of the contract. */
export interface RegistryUnderTest {
  /** `127.0.0.1:PORT` */
  readonly host: string
  /** The header that it lets in. */
  readonly authorization: string
  close(): Promise<void>
}

async function* inPieces(bytes: Uint8Array, length = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

export const openBytes = (bytes: Uint8Array) => (): AsyncIterable<Uint8Array> => inPieces(bytes)

/** Every part of an image, then its manifest. */
export async function pushImage(
  repository: Repository,
  image: ReturnType<typeof smallImage>,
  tag?: string,
) {
  const put = (blob: SmallBlob) => repository.putBlob(blob, openBytes(blob.bytes))
  await Promise.all([...image.layers, image.config].map(put))
  return repository.putManifest(image.manifest.bytes, image.manifest.mediaType, tag)
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What the client and a registry have to do together, whichever registry it is. */
export async function registryContract(
  t: Test,
  start: () => Promise<RegistryUnderTest>,
): Promise<void> {
  const registry = await start()
  t.teardown(() => registry.close())
  const open = (name: string, header: string | undefined = registry.authorization) =>
    openRepository({
      uri: `${registry.host}/${name}`,
      authorization: async () => header,
      retry: { attempts: 2, baseDelay: 1 },
    })

  for (const family of ['oci', 'docker'] as const) {
    await t.test(`an image of the ${family} family comes back as it was pushed`, async (t) => {
      const repository = open(`contract/${family}`)
      const image = smallImage({ family })
      t.equal(await repository.getManifest('one'), undefined)
      t.equal(await pushImage(repository, image, 'one'), image.manifest.digest)
      for (const reference of ['one', image.manifest.digest]) {
        const served = await repository.getManifest(reference)
        t.equal(served?.digest, image.manifest.digest)
        t.equal(served?.mediaType, image.manifest.mediaType)
        t.strictSame(Buffer.from(served?.bytes ?? []), image.manifest.bytes)
      }
      const manifest = parseManifest(image.manifest.bytes, image.manifest.mediaType)
      t.strictSame(Buffer.from(await repository.getBlob(manifest.config)), image.config.bytes)
      for (const layer of manifest.layers) t.ok(await repository.hasBlob(layer.digest))
      t.equal(await pushImage(repository, image, 'one'), image.manifest.digest, 'once more')
      t.equal(await pushImage(repository, image, 'two'), image.manifest.digest)
      t.equal(await pushImage(repository, image), image.manifest.digest, 'by digest')
    })
  }

  await t.test(
    'a blob of several megabytes, sent once and read whole or by its tail',
    async (t) => {
      const repository = open('contract/blob')
      const blob = blobOf(randomBytes(3_000_001), 'application/octet-stream')
      let opened = 0
      const source = () => {
        opened++
        return inPieces(blob.bytes)
      }
      t.equal(await repository.hasBlob(blob.digest), false)
      await Promise.all([1, 2, 3].map(() => repository.putBlob(blob, source)))
      t.equal(opened, 1, 'three at the same time are one')
      await open('contract/blob').putBlob(blob, source)
      t.equal(opened, 1, 'what is there is not read')
      t.ok(blob.bytes.equals(await collect(repository.openBlob(blob))))
      t.ok(blob.bytes.subarray(-1000).equals(await repository.getBlobTail(blob, 1000)))
      t.ok(
        blob.bytes.equals(await repository.getBlobTail(blob, 4_000_000)),
        'a tail above its size',
      )
      await t.rejects(repository.getBlob(blob, 1000), { code: 'REGISTRY_CONTENT_INVALID' })
    },
  )

  await t.test('a source that is not what it says is not sent to its end', async (t) => {
    const repository = open('contract/source')
    const blob = blobOf(randomBytes(200_000), 'application/octet-stream')
    const other = randomBytes(200_000)
    for (const bytes of [other, blob.bytes.subarray(1), Buffer.concat([blob.bytes, other])]) {
      const put = repository.putBlob(blob, openBytes(bytes))
      await t.rejects(put, { code: 'REGISTRY_CONTENT_INVALID' })
    }
    t.equal(await repository.hasBlob(blob.digest), false)
    t.equal(await repository.hasBlob(digestOf(other)), false)
  })

  await t.test('a manifest before its blobs is refused in the words of the spec', async (t) => {
    const { manifest } = smallImage({ layers: [[{ path: 'opt/' }]] })
    const put = open('contract/early').putManifest(manifest.bytes, manifest.mediaType, 'one')
    await t.rejects(put, { code: 'REGISTRY_BLOB_LOST', message: /PUT .*MANIFEST_BLOB_UNKNOWN/ })
  })

  await t.test('refused credentials are an error for every verb, and never said', async (t) => {
    const secret = Buffer.from('someone:who-is-not-known').toString('base64')
    const blob = blobOf(Buffer.from('x'), 'text/plain')
    for (const header of [`Basic ${secret}`, undefined]) {
      const repository = openRepository({
        uri: `${registry.host}/contract/oci`,
        authorization: async () => header,
      })
      const calls = [
        () => repository.hasBlob(blob.digest),
        () => repository.getManifest('one'),
        () => repository.getBlob(blob),
        () => repository.putBlob(blob, openBytes(blob.bytes)),
        () => repository.putManifest(blob.bytes, 'text/plain', 'x'),
      ]
      for (const call of calls) {
        const error = await call().then(
          () => undefined,
          (reason: unknown) => reason,
        )
        if (!(error instanceof ContainerImageError)) throw new Error('no error of ours')
        t.equal(error.code, 'REGISTRY_DENIED')
        t.match(
          error.message,
          /^(HEAD|GET|PUT|POST) http:\/\/127\.0\.0\.1:\d+\/(v2\/contract|token).*: 401/,
        )
        t.notMatch(error.message, secret)
      }
    }
  })
}
