import t from 'tap'

import { collectGarbage } from '../../../plugin/actions/gc.ts'
import { dependenciesTag, imageTag } from '../../../plugin/core/image/tag.ts'
import type { RepositoryView } from '../../../plugin/core/retention/repository-view.ts'
import { digestOf } from '../../../plugin/oci/digest.ts'

const image = { name: 'lancedb', architecture: 'arm64' } as const
const day = 24 * 60 * 60 * 1000
const now = 100 * day
const digest = digestOf('an image')
const tag = imageTag(image, digest, digest)
const dependencies = dependenciesTag(image, digest)
const view: RepositoryView = {
  name: 'app',
  images: [
    { digest, tags: [tag], pushedAt: 0, size: 1 },
    { digest: digestOf('packages'), tags: [dependencies], pushedAt: 0, size: 1 },
  ],
  artifacts: [],
  stacks: [],
  runElsewhere: new Set(),
}

function portsWith(readView: (name: string) => Promise<RepositoryView | undefined>) {
  const removed: string[] = []
  const removeTags = async (name: string, tags: readonly string[]) =>
    void removed.push(...tags.map((each) => `${name}:${each}`))
  return { ports: { readView, removeTags }, removed }
}

const options = { repositories: ['app', 'app-preview'], keep: 1, now }

t.test('what no stack uses goes when that is asked for', async (t) => {
  const { ports, removed } = portsWith(async () => view)
  const shown = await collectGarbage(options, ports)
  t.strictSame(removed, [])
  t.strictSame(await collectGarbage({ ...options, remove: true }, ports), shown)
  t.strictSame(removed, [`app:${tag}`, `app-preview:${tag}`])
})

t.test('nothing goes without the whole truth', async (t) => {
  const failed = portsWith(async (name) =>
    name === 'app' ? view : Promise.reject(new Error('throttled')),
  )
  await t.rejects(collectGarbage({ ...options, remove: true }, failed.ports), /throttled/)
  t.strictSame(failed.removed, [])
})

t.test('without a repository there is nothing to do', async (t) => {
  const { ports, removed } = portsWith(async () => undefined)
  t.match(await collectGarbage({ ...options, remove: true }, ports), [
    { repository: 'app', verdicts: [] },
    { repository: 'app-preview', verdicts: [] },
  ])
  t.strictSame(removed, [])
})
