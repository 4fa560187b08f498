import type { ImageDescription } from '../core/dockerfile/write-dockerfile.ts'
import type { PlannedImage } from '../core/model.ts'
import type { ImageFolders } from '../core/plan/image-folders.ts'

/** What `dockerfile` asks of the outside. */
export interface DockerfilePorts {
  readonly imageFolders: () => Promise<ImageFolders>
  /** The image with its lockfile, and the path of one that was missing and is made now. */
  readonly ensureLockfile: (
    image: PlannedImage,
  ) => Promise<{ readonly image: PlannedImage; readonly created?: string }>
  /** What has to be compiled or fetched for it. */
  readonly describe: (image: PlannedImage) => Promise<ImageDescription>
}
