import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'

import { openLocalRepository } from '../../../../plugin/effects/invoke/local-repository.ts'
import { type Digest, hexOf } from '../../../../plugin/oci/digest.ts'
import { openBytes, pushImage } from '../../../contracts/registry.ts'
import { smallImage } from '../../../stand-in/registry/small-image.ts'

const image = smallImage({ layers: [[{ path: 'a', content: 'x' }], [{ path: 'b', content: 'y' }]] })
const [layer = image.config] = image.layers

t.test('what was put is there, by tag and by digest', async (t) => {
  const repository = openLocalRepository(t.testdir())
  t.equal(await repository.getManifest('tag'), undefined)
  const digest = await pushImage(repository, image, 'tag')
  t.match(await repository.getManifest('tag'), { digest, mediaType: image.manifest.mediaType })
  t.match(await repository.getManifest(digest), { digest })
  t.ok(Buffer.from(await repository.getBlob(layer)).equals(layer.bytes))
  t.ok(Buffer.from(await repository.getBlobTail(layer, 4)).equals(layer.bytes.subarray(-4)))
  t.ok(await repository.hasBlob(layer.digest))
  const never = () => {
    throw new Error('it is there')
  }
  await repository.putBlob(layer, never)
})

t.test('an image of which a part was deleted is not there', async (t) => {
  const cache = t.testdir()
  const repository = openLocalRepository(cache)
  await pushImage(repository, image, 'tag')
  await rm(join(cache, 'blobs', hexOf(layer.digest)))
  t.equal(await repository.getManifest('tag'), undefined)
  await t.rejects(repository.getBlob(layer), { code: 'LAYER_DAMAGED' })
  await t.rejects(repository.putManifest(image.manifest.bytes, image.manifest.mediaType, 'tag'), {
    code: 'LAYER_DAMAGED',
  })
})

t.test('an image is taken from a folder, with its tag last', async (t) => {
  const folder = t.testdir()
  const repository = openLocalRepository(t.testdir({ cache: {} }))
  const { digest } = image.manifest
  const blob = (of: Digest): string => join(folder, 'blobs/sha256', hexOf(of))
  await mkdir(dirname(blob(digest)), { recursive: true })
  const parts = [image.manifest, image.config, ...image.layers]
  for (const part of parts) await writeFile(blob(part.digest), part.bytes)
  await writeFile(blob(layer.digest), 'other')
  await t.rejects(repository.takeLayout?.(folder, digest, 'tag') ?? Promise.resolve())
  t.equal(await repository.getManifest('tag'), undefined)
  await writeFile(blob(layer.digest), layer.bytes)
  await repository.takeLayout?.(folder, digest, 'tag')
  t.match(await repository.getManifest('tag'), { digest })
  t.ok(Buffer.from(await repository.getBlob(layer)).equals(layer.bytes))
})

t.test('what is not what it says is not kept', async (t) => {
  const repository = openLocalRepository(t.testdir())
  await t.rejects(repository.putBlob(layer, openBytes(Buffer.from('other'))))
  t.notOk(await repository.hasBlob(layer.digest))
})
