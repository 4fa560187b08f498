import { isBuiltin } from 'node:module'

import { externalPattern, isAwsSdk, packageOf } from '../../core/bundle/externals.ts'
import type { PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'
import { ancestors, judgeSpecifier } from './find-package.ts'
import type { OpenImport } from './run-esbuild.ts'

/** What a bundle still needs at run time. */
export interface JudgedImports {
  readonly requires: readonly string[]
  readonly notes: readonly string[]
}

/**
 * Looks at each import that stayed out of the bundle as it was meant to; esbuild also leaves out what
 * it cannot resolve inside of `try`, which the code can do without. A required package is looked up in the image
 * folder, then where the functions would find it; one that is installed nowhere yet is judged later.
 * @param installed packages of the image folder
 * @param external what settings leave out beside them
 * @throws ContainerImageError EXTERNAL_ESM_ONLY
 */
export async function judgeImports(
  image: PlannedImage,
  imports: readonly OpenImport[],
  installed: readonly string[],
  external: readonly string[],
): Promise<JudgedImports> {
  const meant = externalPattern([...installed, ...external])
  const foreign = imports.filter(
    ({ specifier, kind }) =>
      kind !== 'require-resolve' && !isBuiltin(specifier) && meant.test(specifier),
  )
  const externals = unique(foreign.map(({ specifier }) => packageOf(specifier) ?? specifier))
  const requires = unique(
    foreign
      .filter(({ specifier, kind }) => kind === 'require-call' && !isAwsSdk(specifier))
      .map(({ specifier }) => specifier),
  )
  const sources = image.functions.map(({ sourceDirectory }) => sourceDirectory)
  const directories = unique(
    [image.definition.directory, ...sources].flatMap((directory) => ancestors(directory)),
    'as found',
  )
  const judged = await Promise.all(
    requires.map((specifier) => judgeSpecifier(directories, specifier)),
  )
  const esmOnly = requires.filter((_, index) => judged[index] === 'esm-only')
  if (esmOnly.length > 0) throw esmOnlyError(image, esmOnly)
  const unlisted = externals.filter((name) => !isAwsSdk(name) && !installed.includes(name))
  const notes =
    image.definition.kind === 'package'
      ? unlisted.map(
          (name) =>
            `'${name}' is external and not in docker/${image.name}/package.json: another package or the base image has to bring it.`,
        )
      : []
  return { requires, notes }
}

/** The error for packages that were found to be ES modules only, here or in an installed tree. */
export function esmOnlyError(
  image: { readonly name: string },
  specifiers: readonly string[],
): ContainerImageError {
  const names = specifiers.map((specifier) => `'${specifier}'`).join(', ')
  return new ContainerImageError(
    'EXTERNAL_ESM_ONLY',
    `Image '${image.name}' keeps ${names} out of the bundle, which can only be loaded as an ES ` +
      'module. Lambda runs Node without require() of ES modules. Load it with `await import()` in ' +
      `the handler, take it out of docker/${image.name}/package.json so that it is bundled, or ` +
      'choose a version that has CommonJS.',
  )
}

function unique(values: readonly string[], order: 'sorted' | 'as found' = 'sorted'): string[] {
  const set = [...new Set(values)]
  return order === 'sorted' ? set.toSorted() : set
}
