import { quoteRequest } from '../arc/quote-request.ts'
import { join } from 'node:path'

import type { Problem } from '../../errors.ts'
import type { ImageFolders } from './image-folders.ts'
import type { FunctionRequest, ImageDefinition, ImageSettings, PackageManager } from '../model.ts'
import { readDockerfileSettings } from '../settings/read-settings.ts'
import { didYouMean, editDistance } from '../basics/suggest.ts'

/** How `docker/<image>/` defines an image; a problem when it does not. */
export function defineImage(
  request: FunctionRequest,
  settings: ImageSettings,
  { directory, folders, byPnpm }: ImageFolders,
): ImageDefinition | Problem {
  const { image } = request
  const entries = folders.get(image)
  const missing = (what: string): Problem => ({
    code: 'IMAGE_FOLDER_MISSING',
    message: `${quoteRequest(request)} names the image '${image}', but ${what}`,
  })
  const put = `Put a package.json there with the packages that the image needs, or a Dockerfile.`
  if (entries === undefined) {
    const hint = didYouMean(image, folders.keys())
    return missing(`there is no folder docker/${image}/.${hint === '' ? ` ${put}` : hint}`)
  }
  if (entries.length === 0) return missing(`docker/${image}/ is empty. ${put}`)
  if (entries.includes('Dockerfile') && settings.builder !== 'embedded')
    return dockerfileDefinition(directory, image, entries, settings)
  const misnamed = settings.builder === 'embedded' ? undefined : entries.find(isMeantAsDockerfile)
  if (misnamed !== undefined)
    return missing(
      `docker/${image}/ has '${misnamed}', and only 'Dockerfile' is read. Rename it${entries.includes('package.json') ? `, or write 'builder embedded' under '${image}' in @images to have the image made from its package.json` : ''}.`,
    )
  if (settings.builder === 'dockerfile')
    return missing(
      `docker/${image}/ has no Dockerfile, which 'builder dockerfile' asks for. Write it, or remove that line.`,
    )
  if (!entries.includes('package.json'))
    return missing(`docker/${image}/ has no package.json, only ${entries.join(', ')}. ${put}`)
  const preferred = byPnpm.has(image) ? 'pnpm' : 'npm'
  return packageDefinition(image, join(directory, image), entries, preferred)
}

/** `dockerfile`, `Dockerfle`, `Dockerfile.txt`, and Podman's name; `Dockerfile.dev` and folders are others. */
function isMeantAsDockerfile(name: string): boolean {
  const plain = name.toLowerCase().replace(/\.txt$/, '')
  if (plain === 'containerfile') return true
  return !plain.endsWith('/') && editDistance(plain, 'dockerfile') <= 1
}

const lockfiles: Readonly<Record<string, PackageManager>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
}
const foreignLockfiles = ['yarn.lock', 'bun.lock', 'bun.lockb']

/** Without a lockfile one is made; another manager's would silently be passed over by that. */
function packageDefinition(
  image: string,
  directory: string,
  entries: readonly string[],
  preferred: PackageManager,
): ImageDefinition | Problem {
  const own = Object.keys(lockfiles).filter((name) => entries.includes(name))
  const managers = new Set(own.map((name) => lockfiles[name]))
  const foreign = foreignLockfiles.filter((name) => entries.includes(name))
  if (managers.size > 1 || (managers.size === 0 && foreign.length > 0))
    return {
      code: 'IMAGE_LOCKFILE_UNFIT',
      message: `docker/${image}/ has ${[...own, ...foreign].join(' and ')}, and one lockfile of npm or pnpm is needed. Keep package-lock.json or pnpm-lock.yaml, or remove all to have one made.`,
    }
  const [lockfile] = own
  return {
    kind: 'package',
    directory,
    packageManager: (lockfile === undefined ? undefined : lockfiles[lockfile]) ?? preferred,
    ...(lockfile !== undefined && { lockfile: join(directory, lockfile) }),
  }
}

function dockerfileDefinition(
  directory: string,
  image: string,
  entries: readonly string[],
  { dockerfile = readDockerfileSettings() }: ImageSettings,
): ImageDefinition {
  const own = join(directory, image)
  const appDirectory = join(directory, '..')
  const { context } = dockerfile
  return {
    kind: 'dockerfile',
    directory: own,
    dockerfile: join(own, 'Dockerfile'),
    context: context === undefined ? own : join(appDirectory, context),
    appDirectory,
    embeddable: entries.includes('package.json'),
    settings: dockerfile,
  }
}
