import t, { type Test } from 'tap'

import { putTagged } from '../../../../plugin/effects/embedded/put-tagged.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { pushImage } from '../../../contracts/registry.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'
import { smallImage } from '../../../stand-in/registry/small-image.ts'

async function open(t: Test) {
  const archived = new Set<string>()
  const registry = await startRegistry({
    repository: () => ({ immutableTags: true }),
    archive: {
      has: (_, digest) => archived.has(digest),
      restore: (_, digest) => void archived.delete(digest),
    },
  })
  t.teardown(() => registry.close())
  const repository = openRepository({ uri: `${registry.host}/app` })
  const digest = await pushImage(repository, smallImage({ family: 'docker' }), 'one')
  const served = await repository.getManifest('one')
  if (served === undefined) throw new Error('nothing was pushed')
  const { bytes, mediaType } = served
  const descriptor = { mediaType, digest, size: bytes.length }
  return { archived, registry, repository, digest, manifest: { bytes, descriptor } }
}

t.test('the same image, pushed again, comes back from the archive', async (t) => {
  const { archived, repository, digest, manifest } = await open(t)
  archived.add(digest)
  t.equal(await repository.getManifest('one'), undefined)
  t.equal(await putTagged(repository, manifest, 'one'), digest)
  t.equal((await repository.getManifest('one'))?.digest, digest)
})

t.test('also where the registry says that the tag is taken', async (t) => {
  const { archived, registry, repository, digest, manifest } = await open(t)
  archived.add(digest)
  const status = 400
  const match = { method: 'PUT', path: /manifests\/one$/ }
  registry.inject({ kind: 'status', status, code: 'TAG_IMMUTABLE', match })
  t.equal(await putTagged(repository, manifest, 'one'), digest)
  t.equal((await repository.getManifest('one'))?.digest, digest)
})

t.test('another image in the archive is named, one that is not there stays as it is', async (t) => {
  const { archived, repository, digest, manifest } = await open(t)
  const { layers, ...rest } = JSON.parse(manifest.bytes.toString())
  const bytes = Buffer.from(JSON.stringify({ ...rest, layers, annotations: { other: 'one' } }))
  const other = { bytes, descriptor: { ...manifest.descriptor, digest: digestOf(bytes) } }
  await t.rejects(putTagged(repository, other, 'one'), { code: 'TAG_TAKEN' })
  archived.add(digest)
  await t.rejects(putTagged(repository, other, 'one'), {
    code: 'IMAGE_ARCHIVED',
    message: /app:one is archived/,
  })
})
