import t from 'tap'

import { putLiveTag } from '../../../../plugin/effects/retention/put-live-tag.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { pushImage } from '../../../contracts/registry.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'
import { smallImage } from '../../../stand-in/registry/small-image.ts'

t.test('an image that is full of tags is named, another denial is not called so', async (t) => {
  const registry = await startRegistry({ maximumTags: 2 })
  t.teardown(() => registry.close())
  const repository = openRepository({ uri: `${registry.host}/app` })
  const digest = await pushImage(repository, smallImage({ family: 'docker' }), 'one')
  const served = await repository.getManifest('one')
  if (served === undefined) throw new Error('nothing was pushed')
  const listed = (tags: number) => [
    { digest, tags: Array.from({ length: tags }, (_, index) => `t${index}`), pushedAt: 0, size: 1 },
  ]
  await putLiveTag(repository, served, 'two', listed(1))
  await t.rejects(putLiveTag(repository, served, 'three', listed(1000)), {
    code: 'IMAGE_TAGS_FULL',
    message: /has 1000 tags, and ECR allows 1000, so it takes no three/,
  })
  await t.rejects(putLiveTag(repository, served, 'three', listed(999)), {
    code: 'REGISTRY_DENIED',
  })
  await t.rejects(putLiveTag(repository, served, 'three', []), { code: 'REGISTRY_DENIED' })
})
