import { readFile } from 'node:fs/promises'
import { posix, relative, sep } from 'node:path'

import { lacksPythonName, pythonEntry, pythonEntryCode } from '../../core/plan/python-entry.ts'
import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Bundle, ImageFile } from '../../ports/bundle.ts'
import { bundleDigest } from './bundle-digest.ts'
import { packFunctions } from '../functions/pack-functions.ts'

/**
 * The code of Python functions: each function's folder as it is, and a module that starts it.
 * Packages come into the image by its Dockerfile.
 * @throws ContainerImageError HANDLER_MISSING naming every function that lacks its handler for
 * certain, and what packing throws
 */
export async function stagePython(
  image: PlannedImage,
  { appDirectory }: { readonly appDirectory: string },
): Promise<Bundle> {
  await checkHandlers(image)
  const packed = await packFunctions({ image, appDirectory })
  const entries = image.functions.map((target) => startFile(image, target))
  const files = [...packed.files, ...entries].toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return {
    files,
    digest: bundleDigest(files),
    leftOut: packed.leftOut,
    notes: [...notesOf(image), ...packed.notes],
  }
}

async function checkHandlers({ name, functions }: PlannedImage): Promise<void> {
  const problems = await Promise.all(
    functions.map(async ({ entryFile, handlerExport }) =>
      lacksPythonName(await readFile(entryFile, 'utf8'), handlerExport)
        ? [`- ${entryFile} has no '${handlerExport}', which Lambda calls.`]
        : [],
    ),
  )
  if (problems.flat().length === 0) return
  throw new ContainerImageError(
    'HANDLER_MISSING',
    `Lambda would not find every handler in image '${name}':\n${problems.flat().join('\n')}`,
  )
}

function startFile({ settings }: PlannedImage, target: ImageFunction): ImageFile {
  const { folder, sourceDirectory, entryFile, handlerExport } = target
  const module = relative(sourceDirectory, entryFile).split(sep).join('/').replace(/\.py$/, '')
  const inFolder = settings.workingDirectory !== 'task-root'
  const code = pythonEntryCode({ folder, module, handlerExport, inFolder })
  const path = posix.join('var/task', `${pythonEntry(folder)}.py`)
  return { path, source: { kind: 'bytes', bytes: Buffer.from(code) }, executable: false }
}

/** There is no bundle for values to be fixed into. */
function notesOf({ name, settings }: PlannedImage): string[] {
  const unused = [
    ...(settings.define.length + settings.defineSecret.length > 0 ? ['define'] : []),
    ...(settings.external.length > 0 ? ['external'] : []),
  ]
  return unused.map((setting) => `'${setting}' does nothing for the Python functions of '${name}'.`)
}
