import t from 'tap'

import {
  contentPrefixes,
  dependenciesPrefix,
  dependenciesTag,
  imageNameOf,
  imageTag,
  isDependenciesTag,
  isOwnTag,
} from '../../../../plugin/core/image/tag.ts'
import { liveTag } from '../../../../plugin/core/image/live-tag.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'

const digest = digestOf('some content')
const names = ['lancedb', 'a', 'x-arm64', 'my.image_2', 'a'.repeat(32)]

for (const name of names)
  for (const architecture of ['arm64', 'x86_64'] as const)
    t.test(`tags of ${name} for ${architecture} are read as they were written`, (t) => {
      const content = imageTag({ name, architecture }, digest, digest)
      t.match(content, /^[\w][\w.-]{0,127}$/)
      t.ok(isOwnTag(content))
      t.notOk(isDependenciesTag(content))
      t.equal(imageNameOf(['latest', content]), name)
      t.ok(contentPrefixes(name).some((prefix) => content.startsWith(prefix)))

      const dependencies = dependenciesTag({ name, architecture }, digest)
      t.ok(dependencies.startsWith(dependenciesPrefix))
      t.ok(isOwnTag(dependencies))
      t.ok(isDependenciesTag(dependencies))
      t.equal(imageNameOf([dependencies]), undefined)

      const live = liveTag('AppStaging', name, digest, 0)
      t.ok(isOwnTag(live))
      t.equal(imageNameOf([live, content]), name)
      t.end()
    })

t.test('what decides an image decides its tag', (t) => {
  const image = { name: 'a', architecture: 'arm64' } as const
  const other = digestOf('other content')
  const tags = [
    imageTag(image, digest, digest),
    imageTag(image, other, digest),
    imageTag(image, digest, other),
    imageTag({ ...image, architecture: 'x86_64' }, digest, digest),
    imageTag({ ...image, name: 'b' }, digest, digest),
  ]
  t.equal(new Set(tags).size, tags.length)
  t.equal(imageTag(image, digest, digest), tags[0])
  t.end()
})

t.test("others' tags are not ours", (t) => {
  for (const tag of ['latest', 'a-arm64-1234', 'deps-', 'deps-a', 'v1.0.0', 'a-arm-64'])
    t.notOk(isOwnTag(tag), tag)
  t.end()
})
