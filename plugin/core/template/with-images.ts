import type { Digest } from '../../oci/digest.ts'
import { recordOf } from '../basics/is-record.ts'
import { imageMetadata } from './live-functions.ts'
import type { Template } from './template.ts'

/** A function that is to run another image than before. */
export interface ImageChange {
  readonly logicalId: string
  /** `repository@sha256:...` */
  readonly imageUri: string
  /** What it runs before, for its `Metadata`. */
  readonly previous: Digest
}

/** The template with other images and nothing else changed; the given one stays as it is. */
export function withImages(template: Template, changes: readonly ImageChange[]): Template {
  const changed = changes.map(({ logicalId, imageUri, previous }) => {
    const resource = template.Resources[logicalId] ?? { Type: '' }
    const properties = resource.Properties ?? {}
    const code = recordOf(properties['Code'])
    // SAM has the image beside the other properties, Lambda's own type below `Code`.
    const image =
      'ImageUri' in code ? { Code: { ...code, ImageUri: imageUri } } : { ImageUri: imageUri }
    const metadata = { ...recordOf(resource['Metadata']), ...imageMetadata(previous) }
    return [
      logicalId,
      { ...resource, Properties: { ...properties, ...image }, Metadata: metadata },
    ] as const
  })
  return { ...template, Resources: { ...template.Resources, ...Object.fromEntries(changed) } }
}
