import { oncePer } from '../../core/basics/once.ts'
import { knownEntryPoint } from '../../core/image/verify.ts'
import type { PlannedImage } from '../../core/model.ts'
import { platformOf } from '../../oci/platform.ts'
import type { Progress } from '../../ports/progress.ts'
import type { ResolveBaseImage } from '../base/base-image.ts'
import { fileChanged } from '../folder/hash-files.ts'
import type { ImageBuilder } from '../../ports/image-builder.ts'
import { type FingerprintOptions, identifyBuild } from './build-fingerprint.ts'
import { checkPythonSyntax } from './check-python-syntax.ts'
import { createInspectImage } from './inspect-image.ts'
import { proveBuildx } from './prove-buildx.ts'
import { type PublishOptions, publishBuildx } from './publish-buildx.ts'
import { readBuild } from './read-build.ts'

export interface BuildxOptions
  extends Omit<FingerprintOptions, 'inspectImage'>, Omit<PublishOptions, 'onLine'> {
  readonly resolveBase: ResolveBaseImage
  readonly progress: Progress
  readonly onLine?: PublishOptions['onLine']
  /** The app's folder. */
  readonly directory: string
}

/** Images of a Dockerfile, built and pushed by Docker's buildx. */
export function buildxImages(options: BuildxOptions): ImageBuilder {
  const { resolveBase, progress, onLine = () => undefined } = options
  const inspectImage = createInspectImage(options)
  // What was identified is what is built; a file that changes in between is an error.
  const read = (image: PlannedImage) => identifyBuild(image, { ...options, inspectImage })
  const identify = oncePer(read, (image) => image)
  return {
    examine: (image) => readBuild(image, options.environment),
    identify: async (image) => (await identify(image)).digest,
    // What the Dockerfile adds is known when it was built.
    async judge({ image }) {
      const { needed } = await readBuild(image, options.environment)
      await checkPythonSyntax(image, needed.root?.reference, options.environment)
      return []
    },
    async publish(input) {
      const { name } = input.image
      progress({ image: name, step: 'build', state: 'start' })
      const build = await identify(input.image)
      // Docker reads the context itself, so the best moment to look is just before it does.
      if ((await read(input.image)).digest !== build.digest)
        throw fileChanged(build.definition.context)
      const digest = await publishBuildx(input, build, { ...options, onLine })
      progress({ image: name, step: 'build', state: 'done' })
      return { digest, outcome: 'builtByDocker', parts: [], notes: [] }
    },
    prove: async (input, served) =>
      proveBuildx(input, served, await identify(input.image), options),
    async entryPoint(image) {
      const { needed } = await readBuild(image, options.environment)
      if (needed.entryPoint.kind === 'own') return needed.entryPoint.argv
      const { reference } = needed.entryPoint
      const known = knownEntryPoint(reference)
      if (known !== undefined) return known
      const base = await resolveBase(reference, platformOf(image.architecture))
      return (await base.config()).config?.Entrypoint ?? []
    },
  }
}
