import type { Problem } from '../errors.ts'
import type { ImageFolders } from './image-folders.ts'
import type { FunctionRequest, ImageDefinition, ImageSettings } from './model.ts'
import { didYouMean } from './suggest.ts'

/** How `docker/<image>/` defines an image; a problem when it does not. */
export function defineImage(
  request: FunctionRequest,
  settings: ImageSettings,
  { directory, folders }: ImageFolders,
): ImageDefinition | Problem {
  const { image, line } = request
  const entries = folders.get(image)
  const missing = (what: string): Problem => ({
    code: 'IMAGE_FOLDER_MISSING',
    message: `'@container-images ${line}' names the image '${image}', but ${what}`,
  })
  const put = `Put a package.json there with the packages that the image needs.`
  if (entries === undefined) {
    const hint = didYouMean(image, folders.keys())
    return missing(`there is no folder docker/${image}/.${hint === '' ? ` ${put}` : hint}`)
  }
  if (entries.length === 0) return missing(`docker/${image}/ is empty. ${put}`)
  if (entries.includes('Dockerfile') && settings.builder !== 'embedded')
    return notYet(image, entries)
  if (!entries.includes('package.json'))
    return missing(`docker/${image}/ has no package.json, only ${entries.join(', ')}. ${put}`)
  return packageDefinition(`${directory}/${image}`, entries)
}

function packageDefinition(directory: string, entries: readonly string[]): ImageDefinition {
  const lockfile = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml'].find((name) =>
    entries.includes(name),
  )
  return {
    kind: 'package',
    directory,
    packageManager: lockfile === 'pnpm-lock.yaml' ? 'pnpm' : 'npm',
    ...(lockfile === undefined ? {} : { lockfile: `${directory}/${lockfile}` }),
  }
}

function notYet(image: string, entries: readonly string[]): Problem {
  const todo = entries.includes('package.json')
    ? `Write 'builder embedded' under '${image}' in @images to make it from docker/${image}/package.json for now.`
    : `Describe the image by a package.json for now.`
  return {
    code: 'NOT_THERE_YET',
    message: `docker/${image}/ holds a Dockerfile, and images built from one are not there yet. ${todo}`,
  }
}
