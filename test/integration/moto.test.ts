import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

import { execa } from 'execa'
import t from 'tap'

import { ecrContract } from '../contracts/ecr.ts'
import { openCalls } from '../stand-in/aws-calls.ts'

/** moto has no registry behind its ECR: images come by PutImage, their blobs are never asked for. */
const { exitCode } = await execa('moto_server', ['--help'], { reject: false })
const skip = exitCode === 0 ? false : 'moto_server does not start (pip install "moto[server]")'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

t.test('ECR of moto, other people’s stand-in of AWS', { skip }, async (t) => {
  const port = await freePort()
  const moto = execa('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    reject: false,
    stdin: 'ignore',
    all: true,
  })
  t.teardown(async () => {
    moto.kill()
    await moto
  })
  const url = `http://127.0.0.1:${port}`
  for (let tried = 0; tried < 100; tried++) {
    if (await fetch(url).catch(() => undefined)) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-west-2',
    AWS_ACCESS_KEY_ID: 'moto',
    AWS_SECRET_ACCESS_KEY: 'moto',
  }
  const calls = await openCalls(environment)
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
    environment,
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
