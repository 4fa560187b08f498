import { glob, stat } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'

import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'
import type { ImageFile } from '../../ports/bundle.ts'

/** Files of a function that go beside its bundle. */
interface Included {
  readonly files: readonly ImageFile[]
  /** Patterns that match nothing here; another function of the image may have their files. */
  readonly unmatched: readonly string[]
  readonly problems: readonly string[]
}

/**
 * Files that the `include` patterns of an image name, looked up in each function's source folder. A
 * folder stands for all files below it; one function that has them is enough. What the runtime would
 * load in place of the bundle is refused.
 * @throws ContainerImageError INCLUDE_INVALID naming every pattern at fault
 */
export async function includedFiles(image: PlannedImage): Promise<ImageFile[]> {
  const patterns = image.settings.include
  const found = await Promise.all(
    image.functions.map(async (target) => await includedBy(target, patterns)),
  )
  const nowhere = patterns.filter((pattern) =>
    found.every(({ unmatched }) => unmatched.includes(pattern)),
  )
  const problems = [
    ...nowhere.map((pattern) => `'${pattern}' matches no file of any of its functions`),
    ...new Set(found.flatMap((each) => each.problems)),
  ]
  if (problems.length > 0) {
    const lines = problems.map((problem) => `- ${problem}`).join('\n')
    throw new ContainerImageError(
      'INCLUDE_INVALID',
      `Image '${image.name}' cannot take in what 'include' names:\n${lines}`,
    )
  }
  return found.flatMap(({ files }) => files)
}

async function includedBy(target: ImageFunction, patterns: readonly string[]): Promise<Included> {
  const found = new Map<string, ImageFile>()
  const problems: string[] = []
  const unmatched: string[] = []
  for (const pattern of patterns) {
    const paths = await matches(target.sourceDirectory, pattern)
    if (paths === undefined) {
      problems.push(`'${pattern}' leads out of the function's source folder`)
      continue
    }
    const files = await regularFiles(target.sourceDirectory, paths)
    if (files.length === 0) unmatched.push(pattern)
    for (const { path, size, executable } of files) {
      if (/^index(?:$|\/|\.(?:js|mjs|cjs)$)/.test(path)) {
        problems.push(`'${pattern}' brings '${path}', which Lambda would load as the handler`)
        continue
      }
      const file = join(target.sourceDirectory, path)
      const imagePath = posix.join('var/task', target.folder, path)
      found.set(imagePath, { path: imagePath, source: { kind: 'file', file, size }, executable })
    }
  }
  return { files: [...found.values()], unmatched, problems }
}

async function matches(directory: string, pattern: string): Promise<string[] | undefined> {
  const paths = new Set<string>()
  const patterns = [pattern, `${pattern.replace(/\/+$/, '')}/**/*`]
  for await (const path of glob(patterns, { cwd: directory })) {
    const inside = relative(directory, join(directory, path)).split(sep).join('/')
    if (inside.startsWith('..')) return undefined
    if (inside !== '' && !/(?:^|\/)node_modules(?:\/|$)/.test(inside)) paths.add(inside)
  }
  return [...paths].toSorted()
}

async function regularFiles(directory: string, paths: readonly string[]) {
  const files: { path: string; size: number; executable: boolean }[] = []
  for (const path of paths) {
    const entry = await stat(join(directory, path))
    if (entry.isFile()) {
      files.push({ path, size: entry.size, executable: (entry.mode & 0o100) !== 0 })
    }
  }
  return files
}
