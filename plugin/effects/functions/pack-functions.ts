import { lstatSync, readFileSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'

import { memoized } from '../../core/basics/once.ts'
import { loadedInstead } from '../../core/bundle/handler-place.ts'
import { loadsFiles, looksAround } from '../../core/bundle/package-paths.ts'
import { atPlace } from '../../core/arc-text/quote-line.ts'
import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Bundle } from '../../ports/bundle.ts'
import type { CodeTraits } from './function-files-input.ts'
import { type FunctionFiles, functionFiles, wouldBeLoaded } from './function-files.ts'
import { imageFiles } from './image-files.ts'

/** The files of all functions of an image, beside their bundles. */
type PackedFunctions = Required<Pick<Bundle, 'files' | 'leftOut' | 'notes'>>

/** What code was taken into bundles already; nothing for another language than Node's. */
interface PackInput {
  readonly image: PlannedImage
  readonly appDirectory: string
  readonly installed?: readonly string[]
  readonly bundledOf?: (target: ImageFunction) => ReadonlyMap<string, string>
}

/** What is in each bundle, and in each folder, is in memory meanwhile. */
const atOnce = pLimit(8)

const none: ReadonlyMap<string, string> = new Map()

/**
 * Packs the folders of an image's functions.
 * @throws ContainerImageError FILES_UNFIT naming every file at fault, INCLUDE_INVALID naming every
 * pattern that no function has a file for
 */
export async function packFunctions(input: PackInput): Promise<PackedFunctions> {
  const { image, installed = [], bundledOf } = input
  const appDirectory = await realpath(input.appDirectory)
  const look = memoized((file: string): CodeTraits => {
    const text = readFileSync(file, 'utf8')
    return { loadsFiles: loadsFiles(text), looksAround: looksAround(text) }
  })
  const parts = await Promise.all(
    image.functions.map((target) =>
      atOnce(async (): Promise<Part> => {
        const bundled = bundledOf?.(target) ?? none
        const files = await functionFiles({ image, target, appDirectory, installed, bundled, look })
        const directory = target.codeDirectory ?? target.sourceDirectory
        const name = `${target.pragma} ${target.name}`
        return { name, directory, place: `var/task/${target.folder}`, ...files }
      }),
    ),
  )
  const beside = await imageFiles(image, appDirectory)
  const { directory } = image.definition
  const name = `image '${image.name}'`
  const all =
    beside === undefined ? parts : [...parts, { name, directory, place: 'var/task', ...beside }]
  throwUnfit(image, [...all.flatMap(sentences), ...clashes(all), ...hidden(image, beside?.files)])
  checkInclude(image, all)
  return {
    files: all.flatMap(({ files }) => files),
    leftOut: all.flatMap(({ leftOut, place }) =>
      leftOut.map(({ path, reason }) => ({ path: `${place}/${path}`, reason })),
    ),
    notes: all.flatMap(note),
  }
}

/** What one folder gives an image. */
interface Part extends FunctionFiles {
  /** For messages: `http get /`, or the image. */
  readonly name: string
  readonly directory: string
  readonly place: string
}

function throwUnfit(image: PlannedImage, faults: readonly string[]): void {
  if (faults.length === 0) return
  const lines = faults.map((fault) => `- ${fault}`).join('\n')
  const message = `Image '${image.name}' cannot hold these files as they are:\n${lines}`
  throw new ContainerImageError('FILES_UNFIT', message)
}

/** Files of the image would be hidden by those of a function, or hide them. */
function clashes(parts: readonly Part[]): string[] {
  const seen = new Map<string, Part>()
  return parts.flatMap((part) =>
    part.files.flatMap(({ path }) => {
      const other = seen.get(path)
      seen.set(path, part)
      return other === undefined
        ? []
        : [`/${path} is of ${other.name} and of ${part.name}. Rename one of them.`]
    }),
  )
}

/** Files of the image that Lambda would load in the place of a function's bundle. */
function hidden({ functions }: PlannedImage, beside: PackedFunctions['files'] = []): string[] {
  return beside.flatMap(({ path }) =>
    functions.flatMap(({ folder }) => {
      const place = `var/task/${folder}/`
      const instead = path.startsWith(place) ? loadedInstead(path.slice(place.length)) : undefined
      if (instead === undefined) return []
      const excluded = path.slice('var/task/'.length)
      return [`/${path} of the image ${wouldBeLoaded(instead, excluded)}.`]
    }),
  )
}

/** One function that has what a pattern names is enough. */
function checkInclude(image: PlannedImage, parts: readonly Part[]): void {
  const nowhere = image.settings.include.filter((pattern) =>
    parts.every(({ unmatched }) => unmatched.includes(pattern)),
  )
  if (nowhere.length === 0) return
  const lines = nowhere.map((pattern) => `- '${pattern}' matches no file of any of its functions`)
  throw new ContainerImageError(
    'INCLUDE_INVALID',
    atPlace(
      image.settings.places?.['include'],
      `Image '${image.name}' cannot take in what 'include' names:\n${lines.join('\n')}`,
    ),
  )
}

function sentences({ directory, faults }: Part): string[] {
  return faults.map(({ path, reason }) => {
    const file = join(directory, path)
    // Packages of the app are only in the image below the function.
    const isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined
    return `${isThere ? file : path} ${reason}.`
  })
}

const said = 5

function note({ name, surprising }: Part): string[] {
  if (surprising.length === 0) return []
  const named = surprising.slice(0, said).map(({ path, reason }) => `${path}, which ${reason}`)
  const more = surprising.length > said ? `; and ${surprising.length - said} more` : ''
  return [`Left out of ${name}: ${named.join('; ')}${more}. 'include' packs what it names.`]
}
