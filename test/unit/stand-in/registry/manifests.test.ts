import t from 'tap'

import { mediaTypes } from '../../../../plugin/oci/media-types.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'
import { blobOf, smallImage, smallIndex } from '../../../stand-in/registry/small-image.ts'
import { callRegistry } from './call-registry.ts'

const sound = smallImage()

/** The sound manifest with something changed, still as JSON. */
const changed = (change: Readonly<Record<string, unknown>>, mediaType = sound.manifest.mediaType) =>
  blobOf(
    Buffer.from(JSON.stringify({ ...JSON.parse(String(sound.manifest.bytes)), ...change })),
    mediaType,
  )

t.test('serves what was put, by tag and digest', async (t) => {
  const registry = await startRegistry()
  t.teardown(() => registry.close())
  const { image, request } = callRegistry(registry.url)
  t.equal((await image(sound, 'one')).status, 201)
  const { digest, bytes } = sound.manifest
  t.strictSame(await registry.tags('app'), new Map([['one', digest]]))
  t.strictSame(await registry.manifests('app'), [digest])
  t.strictSame((await registry.manifest('app', 'one'))?.bytes, bytes)
  for (const reference of ['one', digest]) {
    const served = await request('GET', `/v2/app/manifests/${reference}`)
    t.equal(served.text, String(bytes))
    t.equal(served.headers.get('content-type'), sound.manifest.mediaType)
    t.equal(served.headers.get('docker-content-digest'), digest)
  }
  t.match(JSON.parse((await request('GET', '/v2/app/tags/list')).text), { tags: ['one'] })
  const strange = { headers: { Accept: mediaTypes.docker.manifest } }
  t.equal((await request('GET', '/v2/app/manifests/one', strange)).status, 404)
  await registry.removeTag('app', 'one')
  t.strictSame(await registry.manifests('app'), [digest])
  await registry.removeManifest('app', digest)
  t.equal(await registry.manifest('app', digest), undefined)
})

t.test('refuses manifests that are wrong', async (t) => {
  const registry = await startRegistry()
  t.teardown(() => registry.close())
  const { blob, manifest, image } = callRegistry(registry.url)
  const refused = async (put: ReturnType<typeof manifest>, words: RegExp) => {
    const { status, text } = await put
    t.equal(status, 400)
    t.match(text, words)
  }
  await refused(manifest(sound.manifest, 'early'), /MANIFEST_BLOB_UNKNOWN/)
  for (const part of [...sound.layers, sound.config]) await blob(part)
  await refused(manifest(sound.manifest, '-no'), /TAG_INVALID/)
  await refused(manifest(sound.manifest, `sha256:${'0'.repeat(64)}`), /DIGEST_INVALID/)
  await refused(manifest(blobOf(Buffer.from('{'), sound.manifest.mediaType)), /not JSON/)
  await refused(manifest(changed({}, 'application/json')), /no manifest's/)
  await refused(manifest(changed({}, mediaTypes.docker.manifest)), /but mediaType/)
  await refused(manifest(changed({ schemaVersion: 1 })), /schemaVersion/)
  await refused(manifest(changed({ layers: undefined })), /layers is not a list/)
  const [layer] = sound.layers
  const { mediaType, digest, size } = layer ?? sound.config
  await refused(manifest(changed({ layers: [{ mediaType, digest, size: size + 1 }] })), /bytes/)
  const docker = { mediaType: mediaTypes.docker.layer, digest, size }
  await refused(manifest(changed({ layers: [docker] })), /inside of/)
  const index = smallIndex('oci', [
    { manifest: sound.manifest, platform: { os: 'linux', architecture: 'arm64' } },
  ])
  t.equal((await manifest(index)).status, 404, 'an index before its manifests')
  t.equal((await image(sound)).status, 201)
  t.equal((await manifest(index)).status, 201)
})

t.test('an immutable tag takes nothing more, not even the same', async (t) => {
  const registry = await startRegistry({ repository: () => ({ immutableTags: true }) })
  t.teardown(() => registry.close())
  const { image, manifest } = callRegistry(registry.url)
  t.equal((await image(sound, 'one')).status, 201)
  const again = await manifest(sound.manifest, 'one')
  t.equal(again.status, 400)
  t.match(again.text, /TAG_INVALID.*already exists/)
  t.equal((await manifest(sound.manifest)).status, 201, 'by digest it does')
})
