import { readDockerfileSettings } from '../../../plugin/core/settings/read-settings.ts'
import { digestOf } from '../../../plugin/oci/digest.ts'
import type { ImageBuilder } from '../../../plugin/ports/image-builder.ts'
import type { TaggedImage } from '../../../plugin/ports/image-stages.ts'
import { plannedImage } from './planned-image.ts'

/** An image without functions that has its name, as bundling leaves it. */
export function taggedImage(more: Parameters<typeof plannedImage>[0] = {}): TaggedImage {
  return {
    image: plannedImage({ base: 'base', functions: [], ...more }),
    bundle: { files: [], digest: digestOf('code'), notes: [] },
    identity: digestOf('definition'),
    tag: 'img-arm64-one',
  }
}

export const dockerfileDefinition = {
  kind: 'dockerfile',
  directory: '/nowhere',
  dockerfile: '/nowhere/Dockerfile',
  context: '/nowhere',
  appDirectory: '/',
  embeddable: true,
  settings: readDockerfileSettings(),
} as const

const unwanted = async () => {
  throw new Error('The builder was asked')
}

/** Says so when it is asked for anything. */
export const unwantedBuilder: ImageBuilder = {
  examine: unwanted,
  identify: unwanted,
  judge: unwanted,
  publish: unwanted,
  prove: unwanted,
  entryPoint: unwanted,
}
