import t from 'tap'

import { openBaseDigests } from '../../plugin/effects/base/base-digest.ts'
import { openBaseImages } from '../../plugin/effects/base/base-image.ts'
import { buildxImages } from '../../plugin/effects/dockerfile/buildx-images.ts'
import { imageBuilderContract } from '../contracts/image-builder.ts'
import { baseImageTools, pushBaseImage } from './toolchain/base-image.ts'
import { startDocker } from './toolchain/docker.ts'
import { startDockerRegistry } from './toolchain/docker-registry.ts'
import { dockerTools, skipWithout } from './toolchain/missing-tools.ts'

t.setTimeout(300_000)

const skip = await skipWithout(...dockerTools, ...baseImageTools, 'skopeo', 'docker-registry')

t.test("Docker's buildx", { skip }, (t) =>
  imageBuilderContract(t, async () => {
    const registry = await startDockerRegistry({ credentials: null })
    const docker = await startDocker()
    return {
      kind: 'dockerfile',
      registry,
      npmImage: await pushBaseImage(registry, { repository: 'tools/nodejs' }),
      openBuilder({ app, cacheDirectory }) {
        const resolveBase = openBaseImages({ cacheDirectory })
        return buildxImages({
          resolveBase,
          resolveDigest: openBaseDigests({ resolveBase }),
          cacheDirectory,
          directory: app,
          environment: { ...process.env, ...docker.environment },
          progress: () => undefined,
        })
      },
      async close() {
        await docker.stop()
        await registry.close()
      },
    }
  }),
)
