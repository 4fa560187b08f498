import t from 'tap'

import { createRestore, restoringLost } from '../../../../plugin/effects/image/restore-lost.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { ContainerImageError } from '../../../../plugin/errors.ts'
import type { BuildInput } from '../../../../plugin/ports/image-builder.ts'
import type { TaggedImage } from '../../../../plugin/ports/image-stages.ts'
import { pushImage } from '../../../contracts/registry.ts'
import {
  dockerfileDefinition,
  taggedImage,
  unwantedBuilder,
} from '../../../stand-in/inputs/tagged-image.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'
import { smallImage } from '../../../stand-in/registry/small-image.ts'

const tagged = taggedImage({ definition: dockerfileDefinition })

const lost = new ContainerImageError('REGISTRY_BLOB_LOST', 'GET /blobs/sha256:1: 404 BLOB_UNKNOWN')

t.test(
  'an image that Docker built is built again, and its tag is free for other bytes',
  async (t) => {
    const registry = await startRegistry({ repository: () => ({ immutableTags: true }) })
    t.teardown(() => registry.close())
    const repository = openRepository({ uri: `${registry.host}/app` })
    const before = await pushImage(repository, smallImage({ family: 'docker' }), tagged.tag)
    const asked: BuildInput['presence'][] = []
    const restore = createRestore({
      repository: async () => repository,
      removeTag: (tag) => registry.removeTag('app', tag),
      builder: {
        ...unwantedBuilder,
        async publish({ tag, presence }) {
          asked.push(presence)
          const digest = await pushImage(repository, smallImage({ family: 'oci' }), tag)
          return { digest, outcome: 'builtByDocker', parts: [], notes: ['a note'] }
        },
      },
      cacheDirectory: t.testdir(),
    })
    const restored = await restore(tagged)
    t.strictSame(asked, ['asked'])
    t.not(restored.pushed?.served.digest, before)
    t.match(restored, {
      imageUri: new RegExp(`@${restored.pushed?.served.digest}$`),
      pushed: { report: { outcome: 'builtByDocker' } },
      notes: ['a note', /the registry had lost a part of it, so it was made and sent again/],
    })
  },
)

t.test('a step is done again once, and only where something was lost', async (t) => {
  const doing = (failures: readonly unknown[]) => {
    const done: string[] = []
    const left = [...failures]
    const step = restoringLost(
      async ({ tag }: TaggedImage) => {
        done.push(tag)
        if (left.length > 0) throw left.shift()
        return tag
      },
      async (image) => ({ ...image, tag: 'restored' }),
    )
    return { done, step }
  }
  const once = doing([new Error('several layers', { cause: lost })])
  t.equal(await once.step(tagged), 'restored')
  t.strictSame(once.done, [tagged.tag, 'restored'])
  const twice = doing([lost, lost])
  await t.rejects(twice.step(tagged), { code: 'REGISTRY_BLOB_LOST' })
  t.equal(twice.done.length, 2)
  const other = doing([new ContainerImageError('REGISTRY_FAILED', '500')])
  await t.rejects(other.step(tagged), { code: 'REGISTRY_FAILED' })
  t.equal(other.done.length, 1)
})
