import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { createRestore, restoringLost } from '../../../../plugin/effects/image/restore-lost.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { ContainerImageError } from '../../../../plugin/errors.ts'
import { hexOf } from '../../../../plugin/oci/digest.ts'
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

const image = smallImage({ family: 'docker' })
const layer = image.layers[0]?.digest ?? image.config.digest

/** Docker's, which knows nothing of what the registry has. */
const others = ['a', 'b'].map((name) =>
  smallImage({ layers: [[{ path: 'var/' }, { path: 'var/task/' }, { path: `var/task/${name}` }]] }),
)

/** A repository whose tag names an image that has lost its first layer. */
async function openLost(
  t: Test,
  options: {
    /** What each build pushes under the tag, or how it fails. */
    readonly makes: readonly (ReturnType<typeof smallImage> | Error)[]
    readonly removal?: ContainerImageError
  },
) {
  const folder = t.testdir({ registry: {}, cache: {} })
  const directory = join(folder, 'registry')
  const registry = await startRegistry({
    directory,
    repository: () => ({ immutableTags: true }),
  })
  t.teardown(() => registry.close())
  const open = () => openRepository({ uri: `${registry.host}/app` })
  const before = await pushImage(open(), image, tagged.tag)
  // One that has not sent these parts itself.
  const repository = open()
  await rm(join(directory, 'repositories/app/blobs', hexOf(layer)))
  const done: string[] = []
  const asked: BuildInput['presence'][] = []
  const left = [...options.makes]
  const restore = createRestore({
    repository: async () => repository,
    async removeTag(tag) {
      done.push('remove')
      if (options.removal !== undefined) throw options.removal
      await registry.removeTag('app', tag)
    },
    builder: {
      ...unwantedBuilder,
      async publish({ tag, presence }) {
        done.push('build')
        asked.push(presence)
        const made = left.shift()
        if (made === undefined || made instanceof Error) throw made
        const digest = await pushImage(repository, made, tag)
        return { digest, outcome: 'builtByDocker', parts: [], notes: ['a note'] }
      },
    },
    cacheDirectory: join(folder, 'cache'),
  })
  const tags = async () => Object.fromEntries(await registry.tags('app'))
  return { restore, done, asked, before, repository, tags }
}

t.test('the same bytes are whole again under their tag, which never goes', async (t) => {
  const { restore, done, asked, before, repository } = await openLost(t, { makes: [image] })
  const restored = await restore(tagged)
  t.strictSame(done, ['build'])
  t.strictSame(asked, ['asked'])
  t.equal(restored.pushed?.served.digest, before)
  t.ok(await repository.hasBlob(layer))
  t.match(restored, {
    pushed: { report: { outcome: 'builtByDocker' } },
    notes: ['a note', /the registry had lost a part of it, so it was made and sent again/],
  })
})

t.test('the tag goes for other bytes, when they are there and lack nothing but it', async (t) => {
  const [first, second] = others
  if (first === undefined || second === undefined) throw new Error('nothing to make')
  const { restore, done, before, tags } = await openLost(t, { makes: [first, second] })
  const restored = await restore(tagged)
  t.strictSame(done, ['build', 'remove', 'build'])
  t.not(restored.pushed?.served.digest, before)
  t.strictSame(await tags(), { [tagged.tag]: second.manifest.digest })
  t.match(restored, {
    imageUri: new RegExp(`@${second.manifest.digest}$`),
    notes: ['a note', /made and sent again/],
  })
})

t.test('other bytes whose build has sent what was lost leave the tag where it is', async (t) => {
  const again = smallImage({ family: 'oci' })
  const { restore, done, before, repository } = await openLost(t, { makes: [again] })
  const restored = await restore(tagged)
  t.strictSame(done, ['build'])
  t.match(restored.pushed, { served: { digest: before }, report: { outcome: 'found' } })
  t.ok(await repository.hasBlob(layer))
})

t.test('a build or an upload that fails leaves every tag', async (t) => {
  const failed = new ContainerImageError('REGISTRY_FAILED', 'POST /blobs/uploads/: 500')
  const { restore, done, before, tags } = await openLost(t, { makes: [failed] })
  await t.rejects(restore(tagged), failed)
  t.strictSame(done, ['build'])
  t.strictSame(await tags(), { [tagged.tag]: before })
})

t.test('who may not remove the tag reads why it has to go, and every tag stays', async (t) => {
  const removal = new ContainerImageError(
    'AWS_DENIED',
    "ecr:BatchDeleteImage on repository 'app': AccessDeniedException. Allow ecr:BatchDeleteImage on repository 'app' for the deploying role.",
  )
  const { restore, before, tags } = await openLost(t, { makes: others, removal })
  await t.rejects(restore(tagged), {
    code: 'AWS_DENIED',
    message:
      /^The registry has lost a part of 127\.0\.0\.1:\d+\/app:img-arm64-one\. .* Allow ecr:BatchDeleteImage .* Or deploy once with a role that may\./,
  })
  t.strictSame(await tags(), { [tagged.tag]: before })
})

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
