import { gzipSync } from 'node:zlib'
import t from 'tap'

import { resolveBaseImage } from '../../../../plugin/effects/base/base-image.ts'
import { checkBaseLayers } from '../../../../plugin/effects/base/check-base-layers.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { mediaTypes } from '../../../../plugin/oci/media-types.ts'
import { pushBlob, pushManifest } from '../../../stand-in/inputs/push.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'
import { tarOf } from '../../../stand-in/registry/small-image.ts'

const registry = await startRegistry({ lambdaRules: false })
t.teardown(() => registry.close())
const types = mediaTypes.oci
const tar = tarOf([{ path: 'etc/' }])
const zstd = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), tar])

let tags = 0
async function base(
  layers: readonly Buffer[],
  told = layers.length,
  mediaType: string = types.layer,
) {
  const tag = `t${tags++}`
  const place = { url: registry.url, repository: 'base' }
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'arm64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: Array.from({ length: told }, () => digestOf(tar)) },
    }),
  )
  for (const blob of [config, ...layers]) await pushBlob(place, blob)
  const part = (type: string, bytes: Buffer) => ({
    mediaType: type,
    size: bytes.length,
    digest: digestOf(bytes),
  })
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: part(types.config, config),
    layers: layers.map((layer) => part(mediaType, layer)),
  }
  await pushManifest(place, Buffer.from(JSON.stringify(manifest)), types.manifest, tag)
  const platform = { os: 'linux', architecture: 'arm64' } as const
  return await resolveBaseImage(`${registry.host}/base:${tag}`, platform)
}

t.test('a sound base, which is asked once', async (t) => {
  const cache = t.testdir()
  const sound = await base([gzipSync(tar)])
  await checkBaseLayers(sound, cache)
  const asked = registry.journal.length
  await checkBaseLayers(sound, cache)
  t.equal(registry.journal.length, asked)
})

t.test('what Lambda would refuse in every image made from it', async (t) => {
  const code = 'BASE_UNFIT'
  const refuse = async (made: ReturnType<typeof base>, message: RegExp) =>
    await t.rejects(checkBaseLayers(await made, t.testdir()), { code, message })
  await refuse(base([gzipSync(tar), zstd]), /The base .*\/base:t1 .* says gzip and is zstd/)
  await refuse(base([tar]), /says gzip and is an uncompressed tar/)
  await refuse(base([Buffer.from('no')]), /says gzip and is no gzip/)
  await refuse(base([gzipSync(tar), gzipSync(tar)], 1), /has 2 layers, and its config tells of 1/)
  await refuse(base([gzipSync(tar)], 2), /has 1 layer, and its config tells of 2/)
  const plain = 'application/vnd.oci.image.layer.v1.tar'
  await refuse(base([tar], 1, plain), /is of type application\/vnd\.oci\.image\.layer\.v1\.tar\./)
  await refuse(base([zstd], 1, `${plain}+zstd`), /is of type .*zstd/)
})
