import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'

import { installedPackages, isAwsSdk, packageOf } from '../../core/bundle/externals.ts'
import {
  copiedCode,
  importedNames,
  packageNameOf,
  packagePathOf,
} from '../../core/bundle/package-paths.ts'
import type { FolderContent, FoundFile } from '../folder/walk-folder.ts'
import { bringPackages } from './bring-packages.ts'
import type { FunctionFilesInput } from './function-files-input.ts'
import { readJson } from '../folder/read-json.ts'

/** Which packages go into an image beside a function's bundle. */
export interface ChosenPackages {
  /** Why a file of the function's folder stays out; `undefined` for what goes in. */
  readonly reasonFor: (path: string) => string | undefined
  /** Packages that a zip would have been given, as paths of the function's folder. */
  readonly brought: FolderContent
}

const code = /\.[cm]?js$/
const test = /(?:^|\/)(?:tests?|__tests__)\/|[.-](?:test|spec)\.[cm]?js$/

/**
 * Packages stay out when the bundle has them or the image brings them. The bundle is not enough for
 * those that look for files beside themselves, nor for modules of the app that are no part of it:
 * workers, subprocesses, what a computed name loads.
 */
export async function choosePackages(
  input: FunctionFilesInput & {
    readonly directory: string
    readonly files: readonly FoundFile[]
  },
): Promise<ChosenPackages> {
  const { target, installed, bundled, files, directory, look } = input
  const isCompiled = target.codeDirectory !== undefined
  const ofImage = new Set(installed)
  const there = new Set(files.flatMap(({ path }) => packagePathOf(path) ?? []))
  // Without a manifest of the function's own it is Architect that installs, at the end of a deploy.
  const manifest = await readJson(`${directory}/package.json`)
  const isLeftOver =
    installedPackages(manifest).length === 0 &&
    files.some(({ path }) => path === 'node_modules/.package-lock.json')
  const names = neededNames(files, input).filter((name) => !ofImage.has(name))
  const { inBundle, around } = bundledPackages(bundled, look)
  const available = isLeftOver ? new Set<string>() : there
  const { kept, brought } = await bringPackages({ ...input, names, around, available, ofImage })
  const ownerOf = new Map(files.map(({ path, file }) => [file, packagePathOf(path)]))

  const reasonOf = (packagePath: string): string | undefined => {
    const name = packageNameOf(packagePath)
    if (packagePath === `node_modules/${name}` && ofImage.has(name))
      return 'is of a package that the image brings'
    if (kept.has(packagePath)) return undefined
    if (isLeftOver && !/^node_modules\/@architect\/(?:shared|views)\//.test(packagePath))
      return 'was installed by Architect for a zip'
    if (isCompiled && name === 'source-map-support') return 'is for the compiled entry only'
    const above = packagePathOf(packagePath)
    return inBundle.has(packagePath)
      ? 'is of a package that the bundle has'
      : above && reasonOf(above)
  }
  const reasons = new Map([...there].map((path) => [path, reasonOf(path)]))
  const realFiles = new Map(files.map(({ path, file }) => [path, file]))
  return {
    brought,
    reasonFor(path) {
      if (/(?:^|\/)node_modules\/\.package-lock\.json$/.test(path))
        return "is npm's record of what it installed"
      const isProgram = /(?:^|\/)node_modules\/\.bin\//.test(path)
      const owner = isProgram ? ownerOf.get(realFiles.get(path) ?? '') : packagePathOf(path)
      return owner === undefined ? undefined : reasons.get(owner)
    },
  }
}

/**
 * What modules of the app import, unless the bundle has all of them and none looks around itself: it
 * might load another as a file.
 */
function neededNames(
  files: readonly FoundFile[],
  { bundled, look }: Pick<FunctionFilesInput, 'bundled' | 'look'>,
): string[] {
  const own = files.filter(
    ({ path }) => code.test(path) && !test.test(path) && packagePathOf(path) === undefined,
  )
  const isClosed = [...bundled].every(
    ([path, file]) =>
      packagePathOf(path) !== undefined || !code.test(path) || !look(file).loadsFiles,
  )
  if (isClosed && own.every(({ path }) => bundled.has(path))) return []
  const names = own
    .flatMap(({ file }) => importedNames(readFileSync(file, 'utf8')))
    .filter((specifier) => !isBuiltin(specifier) && !isAwsSdk(specifier))
    .flatMap((specifier) => packageOf(specifier) ?? [])
  return [...new Set(names)].filter((name) => copiedCode(name) === undefined)
}

/** The packages of which a bundle has modules, and those of them whose code looks around itself. */
function bundledPackages(
  bundled: ReadonlyMap<string, string>,
  look: FunctionFilesInput['look'],
): {
  readonly inBundle: ReadonlySet<string>
  /** With the folder that each is in, absolute. */
  readonly around: ReadonlyMap<string, string>
} {
  const inBundle = new Set<string>()
  const around = new Map<string, string>()
  for (const [path, file] of bundled) {
    const owner = packagePathOf(path)
    if (owner === undefined) continue
    inBundle.add(owner)
    if (around.has(owner) || !code.test(path) || !look(file).looksAround) continue
    around.set(owner, file.slice(0, owner.length - path.length))
  }
  return { inBundle, around }
}
