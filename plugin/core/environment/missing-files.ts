import type { Problem } from '../../errors.ts'
import { sayOnce } from '../basics/say-once.ts'
import { formatFunction } from '../arc/function-kinds.ts'
import type { ImageFunction, PlannedImage } from '../model.ts'
import { type LoadedFile, loadedFiles } from './loaded-files.ts'

/** What is at a path below the image's root, as far as it is known. */
export type Found = 'file' | 'program' | 'directory' | 'missing' | 'unknown'

/**
 * Files that a function's environment makes Lambda load at each start, and that its image lacks.
 * What is unknown is no problem here: it is looked at again once the image is made.
 */
export function missingFiles(
  image: PlannedImage,
  find: (path: string) => Found,
): readonly Problem[] {
  const faults = image.functions.flatMap((one) =>
    loadedFiles(one.environment, image).flatMap((file) => {
      const seen = file.candidates.map(find)
      if (seen.some((found) => found === 'unknown' || suits(file, found))) return []
      const lacks = seen.includes('file')
        ? `/${file.candidates[0]} is not executable there`
        : `the image has no ${placeOf(file)}`
      const asks = `${file.variable} (${setBy(one, file)}) asks for '${file.text}'`
      return [
        {
          of: formatFunction(one.pragma, one.name),
          reason: `${asks}, and ${lacks}, so every start would fail. ${todo(image, file)}`,
        },
      ]
    }),
  )
  return sayOnce('ENVIRONMENT_FILE_MISSING', faults)
}

function suits({ kind }: LoadedFile, found: Found): boolean {
  if (kind === 'program') return found === 'program'
  return found === 'file' || found === 'program' || (kind === 'any' && found === 'directory')
}

function placeOf({ candidates: [first = '', ...others] }: LoadedFile): string {
  return others.length > 0 && first.endsWith('/package.json')
    ? `package '${first.slice(first.indexOf('node_modules/') + 'node_modules/'.length, -'/package.json'.length)}'`
    : `/${first}`
}

/** What is there is at `/var/task/` for all functions of the image. */
function beside(name: string, { kind }: PlannedImage['definition']): string {
  return kind === 'dockerfile'
    ? `Let docker/${name}/Dockerfile copy the file to /var/task/`
    : `Put the file beside docker/${name}/package.json, from where it goes to /var/task/`
}

function setBy({ setBy: by = {} }: ImageFunction, { variable }: LoadedFile): string {
  return by[variable] ?? 'set by a plugin'
}

function todo(
  { name, definition, settings }: PlannedImage,
  { candidates: [path = ''] }: LoadedFile,
): string {
  const put =
    definition.kind === 'dockerfile'
      ? `Let docker/${name}/Dockerfile put it there`
      : `Put it into the image, by a Dockerfile where need be`
  if (path.startsWith('opt/'))
    return settings.layers === 'drop'
      ? "'layers drop' leaves out what the function's layers hold: write 'layers include', or take the variable from this function."
      : `No layer of the function has it. ${put}, or take the variable from this function.`
  if (path.startsWith('var/task/') && !path.startsWith('var/task/node_modules/'))
    return `What was at /var/task/ in the function's zip is at /var/task/FUNCTION/ in its image. ${beside(name, definition)}, correct the path, or take the variable from this function.`
  if (path.startsWith('var/task/node_modules/') && definition.kind === 'package')
    return `Name the package in docker/${name}/package.json, or take the variable from this function.`
  return `${put}, or take the variable from this function.`
}
