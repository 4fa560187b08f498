import { isBuiltin } from 'node:module'

import { externalPattern, isAwsSdk } from '../../core/bundle/externals.ts'
import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { nodeTarget } from '../../core/walk/node-target.ts'
import { ContainerImageError } from '../../errors.ts'
import type { OpenImport } from '../bundle-memory/bundled-function.ts'
import { ancestors, judgeSpecifier } from '../functions/find-package.ts'

/**
 * Looks at each package that is left out of the bundle as it was meant to be and required: is it an
 * ES module? An embedded image's are those of its own folder, where they are installed; the walk
 * judges what it ships. A Dockerfile's are thought to be those that the functions would find.
 * @param installed packages of the image folder
 * @param external what settings leave out beside them
 * @throws ContainerImageError EXTERNAL_ESM_ONLY
 */
export async function judgeImports(
  image: PlannedImage,
  imports: readonly OpenImport[],
  installed: readonly string[],
  external: readonly string[],
): Promise<void> {
  const meant = externalPattern([...installed, ...external])
  const foreign = imports.filter(
    ({ specifier, kind }) =>
      kind !== 'require-resolve' && !isBuiltin(specifier) && meant.test(specifier),
  )
  const requires = unique(
    foreign
      .filter(({ specifier, kind }) => kind === 'require-call' && !isAwsSdk(specifier))
      .map(({ specifier }) => specifier),
  )
  const { kind, directory } = image.definition
  const sources = image.functions.map(({ sourceDirectory }) => sourceDirectory)
  const directories =
    kind === 'package'
      ? [directory]
      : unique([directory, ...sources].flatMap(ancestors), 'as found')
  const judged = await Promise.all(
    requires.map((specifier) => judgeSpecifier(directories, specifier)),
  )
  const esmOnly = requires.filter((_, index) => judged[index] === 'esm-only')
  if (esmOnly.length === 0 || image.functions.some((one) => allowsModules(image, one))) return
  const names = esmOnly.map((specifier) => `'${specifier}'`).join(', ')
  throw new ContainerImageError(
    'EXTERNAL_ESM_ONLY',
    `Image '${image.name}' keeps ${names} out of the bundle, which can only be loaded as an ES ` +
      'module. Lambda runs Node without require() of ES modules. Load it with `await import()` in ' +
      'the handler, choose a version that has CommonJS, or allow it by ' +
      "NODE_OPTIONS=--experimental-require-module in the function's environment. A package " +
      'without native and data files may also be taken out of ' +
      `docker/${image.name}/package.json, so that it is bundled.`,
  )
}

/** Functions of one image may differ; what each loads is walked before anything is sent. */
function allowsModules({ nodeVersion }: PlannedImage, { environment }: ImageFunction): boolean {
  return nodeTarget(nodeVersion, environment, isBuiltin).requireModule
}

function unique(values: readonly string[], order: 'sorted' | 'as found' = 'sorted'): string[] {
  const set = [...new Set(values)]
  return order === 'sorted' ? set.toSorted() : set
}
