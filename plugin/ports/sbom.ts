import type { ImageContents } from '../core/contents/image-contents.ts'
import type { NamingPorts } from './deploy.ts'
import type { TaggedImage } from './image-stages.ts'

/** What `sbom` asks of the outside, beside what naming the images takes. */
export interface SbomPorts extends NamingPorts {
  /** What goes into an image; packages are installed into the cache where they are not there. */
  readonly contents: (image: TaggedImage) => Promise<ImageContents>
}
