import { glob, readFile, stat } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'

import { lacksPythonName, pythonEntry, pythonEntryCode } from '../../core/plan/python-entry.ts'
import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Bundle, ImageFile } from '../../ports/bundle.ts'
import { bundleDigest } from './bundle-digest.ts'

/** Made by running the code, or by the machine; never a part of it. */
const leftOver =
  /(?:^|\/)(?:__pycache__|\.git|\.venv|venv|node_modules)(?:\/|$)|\.pyc$|(?:^|\/)\.DS_Store$/

/**
 * The code of Python functions: each source folder as it is, and a module that starts it. Packages
 * come into the image by its Dockerfile.
 * @throws ContainerImageError HANDLER_MISSING naming every function that lacks its handler for certain
 */
export async function stagePython(image: PlannedImage): Promise<Bundle> {
  await checkHandlers(image)
  const staged = await Promise.all(image.functions.map(stage))
  const files = staged.flat().toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return { files, digest: await bundleDigest(files), externals: [], notes: notesOf(image) }
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

async function stage(target: ImageFunction): Promise<ImageFile[]> {
  const { folder, sourceDirectory, entryFile, handlerExport } = target
  const files: ImageFile[] = []
  for await (const found of glob('**/*', { cwd: sourceDirectory })) {
    const path = posixPath(found)
    if (leftOver.test(path)) continue
    const file = join(sourceDirectory, found)
    const entry = await stat(file)
    if (!entry.isFile()) continue
    const executable = (entry.mode & 0o100) !== 0
    const source = { kind: 'file' as const, file, size: entry.size }
    files.push({ path: posix.join('var/task', folder, path), source, executable })
  }
  const module = posixPath(relative(sourceDirectory, entryFile)).replace(/\.py$/, '')
  const code = pythonEntryCode(folder, module, handlerExport)
  const path = posix.join('var/task', `${pythonEntry(folder)}.py`)
  files.push({ path, source: { kind: 'bytes', bytes: Buffer.from(code) }, executable: false })
  return files
}

/** There is no bundle for values to be fixed into. */
function notesOf({ name, settings }: PlannedImage): string[] {
  const unused = [
    ...(settings.define.length + settings.defineSecret.length > 0 ? ['define'] : []),
    ...(settings.external.length > 0 ? ['external'] : []),
    ...(settings.include.length > 0 ? ['include'] : []),
  ]
  return unused.map((setting) => `'${setting}' does nothing for the Python functions of '${name}'.`)
}

function posixPath(path: string): string {
  return path.split(sep).join('/')
}
