import { realpath } from 'node:fs/promises'

import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Bundle } from '../../ports/bundle.ts'
import type { PassedOver } from '../folder/walk-folder.ts'
import { functionFiles } from './function-files.ts'

/** The files of all functions of an image, beside their bundles. */
type PackedFunctions = Required<Pick<Bundle, 'files' | 'leftOut' | 'notes'>>

/** What code was taken into bundles already; nothing for another language than Node's. */
interface PackInput {
  readonly image: PlannedImage
  readonly appDirectory: string
  readonly installed?: readonly string[]
  readonly bundledOf?: (target: ImageFunction) => ReadonlyMap<string, string>
}

const none: ReadonlyMap<string, string> = new Map()

/**
 * Packs the folders of an image's functions.
 * @throws ContainerImageError FILES_UNFIT naming every file at fault, INCLUDE_INVALID naming every
 * pattern that no function has a file for
 */
export async function packFunctions(input: PackInput): Promise<PackedFunctions> {
  const { image, installed = [], bundledOf } = input
  const appDirectory = await realpath(input.appDirectory)
  const packed = await Promise.all(
    image.functions.map(async (target) => {
      const bundled = bundledOf?.(target) ?? none
      return await functionFiles({ image, target, appDirectory, installed, bundled })
    }),
  )
  const faults = packed.flatMap((each, index) =>
    sentences(image.functions[index], each.faults).map((fault) => `- ${fault}`),
  )
  if (faults.length > 0) {
    throw new ContainerImageError(
      'FILES_UNFIT',
      `Image '${image.name}' cannot hold the folders of its functions as they are:\n${faults.join('\n')}`,
    )
  }
  checkInclude(
    image,
    packed.map(({ unmatched }) => unmatched),
  )
  return {
    files: packed.flatMap(({ files }) => files),
    leftOut: packed.flatMap(({ leftOut }, index) =>
      leftOut.map(({ path, reason }) => {
        return { path: `var/task/${image.functions[index]?.folder}/${path}`, reason }
      }),
    ),
    notes: packed.flatMap(({ surprising }, index) => note(image.functions[index], surprising)),
  }
}

/** One function that has what a pattern names is enough. */
function checkInclude(image: PlannedImage, unmatched: readonly (readonly string[])[]): void {
  const nowhere = image.settings.include.filter((pattern) =>
    unmatched.every((patterns) => patterns.includes(pattern)),
  )
  if (nowhere.length === 0) return
  const lines = nowhere.map((pattern) => `- '${pattern}' matches no file of any of its functions`)
  throw new ContainerImageError(
    'INCLUDE_INVALID',
    `Image '${image.name}' cannot take in what 'include' names:\n${lines.join('\n')}`,
  )
}

function sentences(target: ImageFunction | undefined, list: readonly PassedOver[]): string[] {
  const directory = target?.codeDirectory ?? target?.sourceDirectory
  return list.map(({ path, reason }) => `${directory}/${path} ${reason}.`)
}

const said = 5

function note(target: ImageFunction | undefined, list: readonly PassedOver[]): string[] {
  if (target === undefined || list.length === 0) return []
  const named = list.slice(0, said).map(({ path, reason }) => `${path}, which ${reason}`)
  const more = list.length > said ? `; and ${list.length - said} more` : ''
  return [
    `Left out of ${target.pragma} ${target.name}: ${named.join('; ')}${more}. 'include' packs what it names.`,
  ]
}
