import { randomBytes } from 'node:crypto'

import t from 'tap'

import { ecrContract } from '../contracts/ecr.ts'
import { ssmContract } from '../contracts/ssm.ts'
import { openCalls } from '../stand-in/assertions/aws-calls.ts'
import { skipWithoutJudges, startMoto } from './toolchain/judges.ts'

// A first run installs the judges.
t.setTimeout(600_000)

const skip = await skipWithoutJudges()

t.test('SSM of moto, other people’s stand-in of AWS', { skip }, async (t) => {
  const moto = await startMoto()
  t.teardown(() => moto.close())
  await ssmContract(t, moto.environment)
})

/** moto has no registry behind its ECR: images come by PutImage, their blobs are never asked for. */
t.test('ECR of moto', { skip }, async (t) => {
  const moto = await startMoto()
  t.teardown(() => moto.close())
  const calls = await openCalls(moto.environment)
  const manifests = new Map<string, string>()

  async function putImage(repositoryName: string, imageManifest: string, imageTag: string) {
    const imageManifestMediaType = 'application/vnd.docker.distribution.manifest.v2+json'
    const input = { repositoryName, imageManifest, imageManifestMediaType, imageTag }
    const { image } = await calls.ecr('PutImage', input)
    const id: unknown = Reflect.get(Object(image), 'imageId')
    const digest = String(Reflect.get(Object(id), 'imageDigest'))
    manifests.set(digest, imageManifest)
    return { digest }
  }

  await ecrContract(t, {
    environment: moto.environment,
    hasArchive: false,
    put(repository, tag) {
      const digest = `sha256:${randomBytes(32).toString('hex')}`
      const mediaType = 'application/vnd.docker.container.image.v1+json'
      const layer = 'application/vnd.docker.image.rootfs.diff.tar.gzip'
      const manifest = {
        schemaVersion: 2,
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        config: { mediaType, size: 100, digest },
        layers: [{ mediaType: layer, size: 1000, digest }],
      }
      return putImage(repository, JSON.stringify(manifest), tag)
    },
    async tag(repository, digest, tag) {
      await putImage(repository, manifests.get(digest) ?? '', tag)
    },
  })
})
