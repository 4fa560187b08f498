import type { PlannedImage } from '../../core/model.ts'
import { digestOf } from '../../oci/digest.ts'
import { stableJson } from '../../oci/stable-json.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Definition } from './definition.ts'
import { fingerprintOf } from './dependency-fingerprint.ts'
import { type Installed, installDependencies } from './install.ts'

/**
 * Installs the packages of an image for this machine instead of Lambda's, or finds them in the
 * cache.
 * @throws ContainerImageError what installing throws
 */
export async function installHere(
  image: PlannedImage,
  definition: Definition,
  options: {
    readonly cacheDirectory: string
    readonly environment?: Readonly<Record<string, string | undefined>>
    readonly progress: Progress
  },
): Promise<Installed> {
  const { cacheDirectory, environment, progress } = options
  const here = [process.platform, process.arch, process.versions.modules]
  const step = { image: image.name, step: 'install' } as const
  const installed = await installDependencies(definition, {
    fingerprint: digestOf(stableJson([await fingerprintOf(image, definition), ...here])),
    architecture: 'this machine',
    cacheDirectory,
    ...(environment && { environment }),
    onStart: () => progress({ ...step, state: 'start' }),
    onTrouble: (detail) => progress({ ...step, state: 'advance', detail }),
  })
  progress({ ...step, state: installed.reused ? 'skipped' : 'done' })
  return installed
}
