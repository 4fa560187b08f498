import type { DockerfilePorts } from '../ports/dockerfile.ts'
import { readImageFolders } from './architect/read-image-folders.ts'
import { defaultCacheDirectory } from './cache/cache-directory.ts'
import { ensureLockfile } from './dependencies/ensure-lockfile.ts'
import { describeImage } from './dockerfile/describe-image.ts'

/** The effects of `dockerfile`. @param directory of the app */
export function createDockerfilePorts(
  directory: string,
  environment: NodeJS.ProcessEnv,
): DockerfilePorts {
  const cacheDirectory = defaultCacheDirectory(environment)
  return {
    imageFolders: () => readImageFolders(directory),
    ensureLockfile: (image) => ensureLockfile(image, { cacheDirectory }),
    describe: (image) => describeImage(image, { cacheDirectory }),
  }
}
