import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { readDockerfileSettings } from '../../plugin/core/settings/read-settings.ts'
import { imageTag } from '../../plugin/core/image/tag.ts'
import { bundleDigest } from '../../plugin/effects/bundle/bundle-digest.ts'
import { buildxImages } from '../../plugin/effects/dockerfile/buildx-images.ts'
import { createFindOrBuild } from '../../plugin/effects/image/find-or-build.ts'
import { createRestore } from '../../plugin/effects/image/restore-lost.ts'
import { openRepository } from '../../plugin/effects/registry/open-repository.ts'
import { ContainerImageError } from '../../plugin/errors.ts'
import { hexOf } from '../../plugin/oci/digest.ts'
import { parseManifest } from '../../plugin/oci/manifest.ts'
import type { ImageFile } from '../../plugin/ports/bundle.ts'
import { plannedImage } from '../stand-in/inputs/planned-image.ts'
import { startRegistry } from '../stand-in/registry/index.ts'
import { startDocker } from './toolchain/docker.ts'
import { dockerTools, skipWithout } from './toolchain/missing-tools.ts'

t.setTimeout(120_000)

const denied = new ContainerImageError(
  'AWS_DENIED',
  "ecr:BatchDeleteImage on repository 'app': AccessDeniedException. Allow ecr:BatchDeleteImage on repository 'app' for the deploying role.",
)

t.test('what Docker made is restored', { skip: await skipWithout(...dockerTools) }, async (t) => {
  const folder = t.testdir({
    registry: {},
    cache: {},
    app: {
      docker: {
        img: {
          Dockerfile:
            'FROM scratch\nENTRYPOINT ["/x"]\nCOPY here /opt/here\nCOPY --from=functions / /var/task/\n',
          here: 'here',
        },
      },
    },
  })
  const directory = join(folder, 'registry')
  const registry = await startRegistry({ directory, repository: () => ({ immutableTags: true }) })
  t.teardown(() => registry.close())
  const docker = await startDocker()
  t.teardown(() => docker.stop())

  const own = join(folder, 'app/docker/img')
  const image = plannedImage({
    name: 'img',
    architecture: 'x86_64',
    functions: [],
    definition: {
      kind: 'dockerfile',
      directory: own,
      dockerfile: join(own, 'Dockerfile'),
      context: own,
      appDirectory: join(folder, 'app'),
      embeddable: false,
      settings: readDockerfileSettings(),
    },
  })
  const file: ImageFile = {
    path: 'var/task/http/index.cjs',
    source: { kind: 'bytes', bytes: Buffer.from('1') },
    executable: false,
  }
  const bundle = { files: [file], digest: bundleDigest([file]), notes: [] }
  const noBase = async () => {
    throw new Error('It has no base')
  }
  /** As another process has them, which has sent nothing itself. */
  const open = () => {
    const repository = openRepository({ uri: `${registry.host}/app` })
    const builder = buildxImages({
      resolveBase: noBase,
      resolveDigest: noBase,
      cacheDirectory: join(folder, 'cache'),
      directory: join(folder, 'app'),
      environment: { ...process.env, ...docker.environment },
      progress: () => undefined,
    })
    const find = { repository: async () => repository, cacheDirectory: join(folder, 'cache') }
    return { ...find, builder }
  }
  const identity = await open().builder.identify(image)
  const tag = imageTag(image, identity, bundle.digest)
  const tagged = { image, bundle, identity, tag }
  const tagNames = async () => (await registry.tags('app')).get(tag)
  const lose = async () => {
    const served = await registry.manifest('app', tag)
    const manifest = parseManifest(served?.bytes ?? Buffer.alloc(0), served?.mediaType ?? '')
    for (const { digest } of [manifest.config, ...manifest.layers])
      await rm(join(directory, 'repositories/app/blobs', hexOf(digest)))
  }
  const restore = async (removal?: Error) => {
    const removed: string[] = []
    const restored = await createRestore({
      ...open(),
      async removeTag(name) {
        if (removal !== undefined) throw removal
        removed.push(name)
        await registry.removeTag('app', name)
      },
    })(tagged)
    return { removed, digest: restored.pushed?.served.digest }
  }
  /** Other bytes: what it makes then was made at another second. */
  const forget = async () => {
    await docker.docker(['buildx', 'prune', '-af'])
    await docker.docker(['system', 'prune', '-af'])
  }

  const first = (await createFindOrBuild(open())(tagged)).pushed?.served.digest
  t.equal(await tagNames(), first)

  await t.test('by the same builder, under the tag that it has', async (t) => {
    await lose()
    t.strictSame(await restore(), { removed: [], digest: first })
  })

  await t.test('a push that is refused leaves the tag', async (t) => {
    await lose()
    registry.inject({
      kind: 'status',
      status: 403,
      code: 'DENIED',
      times: 99,
      match: { method: 'POST' },
    })
    await t.rejects(restore(), { code: 'REGISTRY_DENIED' })
    registry.heal()
    t.equal(await tagNames(), first)
  })

  await t.test('other bytes, by who may not remove the tag', async (t) => {
    await forget()
    await t.rejects(restore(denied), {
      code: 'AWS_DENIED',
      message:
        /^The registry has lost a part of .*The image was built again, and cannot have its tag/,
    })
    t.equal(await tagNames(), first)
  })

  await t.test('other bytes, by who may', async (t) => {
    const { removed, digest } = await restore()
    t.strictSame(removed, [tag])
    t.not(digest, first)
    t.equal(await tagNames(), digest)
  })
})
