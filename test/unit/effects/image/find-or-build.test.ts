import t, { type Test } from 'tap'

import { createFindOrBuild } from '../../../../plugin/effects/image/find-or-build.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { pushImage } from '../../../contracts/registry.ts'
import {
  dockerfileDefinition,
  taggedImage,
  unwantedBuilder,
} from '../../../stand-in/inputs/tagged-image.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'
import { smallImage } from '../../../stand-in/registry/small-image.ts'

const tagged = taggedImage()

async function open(t: Test, archived: readonly string[] = []) {
  const registry = await startRegistry()
  t.teardown(() => registry.close())
  const repository = openRepository({ uri: `${registry.host}/app` })
  const digest = await pushImage(repository, smallImage({ family: 'docker' }), tagged.tag)
  const cacheDirectory = t.testdir()
  const publisher = () =>
    createFindOrBuild({
      repository: async () => repository,
      builder: unwantedBuilder,
      cacheDirectory,
      listed: async () => new Map([[tagged.tag, digest]]),
      archived: {
        name: 'app',
        images: async () =>
          new Map(
            archived.map((tag) => {
              const image = {
                digest,
                tags: [tag],
                pushedAt: 0,
                size: 1,
                status: 'archived' as const,
              }
              return [tag, image]
            }),
          ),
      },
    })
  const asked = () =>
    registry.journal.filter(({ method, path }) => method === 'GET' && path.includes('/manifests/'))
      .length
  return { digest, publisher, asked, registry }
}

t.test('a listed image that this machine knows is not asked for', async (t) => {
  const { digest, publisher, asked } = await open(t)
  t.equal((await publisher()(tagged)).pushed?.served.digest, digest)
  t.equal(asked(), 1, 'unknown at first')
  const again = await publisher()(tagged)
  t.match(again, { pushed: { served: { digest }, report: { outcome: 'found' } } })
  t.equal(asked(), 1)
})

t.test('an image that is not listed is made without asking, unless Docker makes it', async (t) => {
  const { publisher, asked } = await open(t)
  const other = { ...tagged, tag: 'img-arm64-other' }
  await t.rejects(publisher()(other), { message: 'The builder was asked' })
  t.equal(asked(), 0)
  const byDocker = { ...other, image: { ...tagged.image, definition: dockerfileDefinition } }
  await t.rejects(publisher()(byDocker), { message: 'The builder was asked' })
  t.equal(asked(), 1)
})

t.test('who asks a second time in one deploy is not told what the listing said', async (t) => {
  const { publisher, asked, registry } = await open(t)
  await publisher()(tagged)
  const publish = publisher()
  await publish(tagged)
  t.equal(asked(), 1)
  await registry.removeTag('app', tagged.tag)
  await t.rejects(publish(tagged), { message: 'The builder was asked' })
  t.equal(asked(), 2)
})

t.test('an archived image is built again where that gives the same bytes', async (t) => {
  const tag = 'img-arm64-archived'
  const { publisher, digest } = await open(t, [tag])
  await t.rejects(publisher()({ ...tagged, tag }), { message: 'The builder was asked' })
  const byDocker = { ...tagged, tag, image: { ...tagged.image, definition: dockerfileDefinition } }
  await t.rejects(publisher()(byDocker), {
    code: 'IMAGE_ARCHIVED',
    message: `aws ecr update-image-storage-class --repository-name app --image-id imageDigest=${digest} `,
  })
  const other = { ...byDocker, tag: 'img-arm64-other' }
  await t.rejects(publisher()(other), { message: 'The builder was asked' })
})
