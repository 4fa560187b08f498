import t from 'tap'

import { openBaseDigests } from '../../plugin/effects/base/base-digest.ts'
import { openBaseImages } from '../../plugin/effects/base/base-image.ts'
import { embeddedImages } from '../../plugin/effects/embedded/embedded-images.ts'
import { startRegistry } from '../stand-in/registry/index.ts'
import { imageBuilderContract } from './image-builder.ts'

t.test('the embedded builder', (t) =>
  imageBuilderContract(t, async () => {
    const registry = await startRegistry()
    return {
      kind: 'embedded',
      registry,
      openBuilder({ app, cacheDirectory }) {
        const resolveBase = openBaseImages({ cacheDirectory })
        return embeddedImages({
          resolveBase,
          resolveDigest: openBaseDigests({ resolveBase }),
          appDirectory: app,
          cacheDirectory,
          progress: () => undefined,
        })
      },
      close: () => registry.close(),
    }
  }),
)
