import { relative, sep } from 'node:path'

import { loadedInstead, replacedByBundle } from '../../core/bundle/handler-place.ts'
import { isRubbish, pythonRubbish } from '../../core/folder/rubbish.ts'
import type { ImageFunction } from '../../core/model.ts'
import { packFiles, type PackedFolder } from '../folder/pack-files.ts'
import {
  type FolderContent,
  type FoundFile,
  type PassedOver,
  walkFolder,
} from '../folder/walk-folder.ts'
import { matchPatterns, namedPaths, unmatchedPatterns } from './match-patterns.ts'
import { choosePackages } from './choose-packages.ts'
import type { FunctionFilesInput } from './function-files-input.ts'

/** A function's files, for `/var/task/<function>/`. */
export interface FunctionFiles extends PackedFolder {
  /** What of `leftOut` nobody would expect: keys, links to nothing. */
  readonly surprising: readonly PassedOver[]
  /** The patterns of `include` that name none of its files. */
  readonly unmatched: readonly string[]
}

/**
 * What the root of a function's zip would hold, for `/var/task/<function>/`: every file of its folder
 * but the entry, in whose place the bundle is, and packages that bundle or image bring. `include`
 * names what is packed in any case, out of the sources too where the folder is a compiled one.
 */
export async function functionFiles(input: FunctionFilesInput): Promise<FunctionFiles> {
  const { image, target, appDirectory } = input
  const directory = target.codeDirectory ?? target.sourceDirectory
  const walked = await walkFolder(directory, { within: [appDirectory] })
  const included = await includedFiles(input, walked)
  const names = [...namesOf(walked), ...namesOf(included)]
  const excluded = namedPaths(await matchPatterns(image.settings.exclude, names))
  const isPython = image.language === 'python'
  const isLeftBehind = isPython ? pythonRubbish(namesOf(walked)) : isRubbish
  const replaced = isPython ? new Set<string>() : replacedBy(target, walked.files)
  const own = walked.files.filter(({ path }) => !excluded.has(path) && !replaced.has(path))
  const packages = isPython
    ? { reasonFor: () => undefined, brought: nothing }
    : await choosePackages({ ...input, directory, files: own })

  const leftOut: PassedOver[] = []
  const faults: PassedOver[] = []
  const reasonFor = (path: string): string | undefined => {
    if (excluded.has(path)) return "is named by 'exclude'"
    if (replaced.has(path)) return 'has the bundle in its place'
    if (included.named.has(path)) return undefined
    if (isLeftBehind(path)) return 'is made by running the code or by a system'
    return packages.reasonFor(path)
  }
  const isWanted = ({ path }: PassedOver): boolean => reasonFor(path) === undefined
  const found: FoundFile[] = []
  for (const file of distinct([...walked.files, ...included.files, ...packages.brought.files])) {
    const { path } = file
    const reason = reasonFor(path)
    const instead = isPython ? undefined : loadedInstead(path)
    if (reason !== undefined) leftOut.push({ path, reason })
    else if (instead !== undefined) faults.push({ path, reason: wouldBeLoaded(instead) })
    else found.push(file)
  }
  const place = `var/task/${target.folder}`
  const packed = await packFiles(found, { image, place, named: included.named })
  const { unmatched, passedOver } = included
  const isNamed = ({ path }: PassedOver): boolean => included.named.has(path)
  const surprising = [
    ...walked.passedOver.filter((each) => isWanted(each) && !isNamed(each)),
    ...packages.brought.passedOver,
    ...packed.leftOut,
  ]
  return {
    files: packed.files,
    leftOut: [...leftOut, ...surprising],
    surprising: surprising.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    faults: [
      ...faults,
      ...[...walked.faults, ...included.faults, ...passedOver].filter(isWanted),
      ...packages.brought.faults,
      ...packed.faults,
    ],
    unmatched,
  }
}

/** What `include` names: in the folder itself, and in the sources where these are another one. */
async function includedFiles(
  { image, target, appDirectory }: FunctionFilesInput,
  walked: FolderContent,
): Promise<FolderContent & Pick<FunctionFiles, 'unmatched'> & { named: ReadonlySet<string> }> {
  const { include } = image.settings
  const isCompiled = target.codeDirectory !== undefined && include.length > 0
  const sources = isCompiled
    ? await walkFolder(target.sourceDirectory, { within: [appDirectory] })
    : nothing
  const paths = [...namesOf(walked), ...namesOf(sources)]
  const matched = await matchPatterns(include, paths)
  const named = namedPaths(matched)
  const isNamed = ({ path }: { readonly path: string }): boolean => named.has(path)
  return {
    files: sources.files.filter(isNamed),
    passedOver: [...walked.passedOver, ...sources.passedOver].filter(isNamed),
    faults: sources.faults.filter(isNamed),
    named,
    unmatched: unmatchedPatterns(matched),
  }
}

const nothing: FolderContent = { files: [], passedOver: [], faults: [] }

function namesOf({ files, passedOver, faults }: FolderContent): string[] {
  return [...files, ...passedOver, ...faults].map(({ path }) => path)
}

function replacedBy(
  { sourceDirectory, codeDirectory, entryFile }: ImageFunction,
  files: readonly FoundFile[],
): ReadonlySet<string> {
  const entry = relative(sourceDirectory, entryFile).split(sep).join('/')
  const place = { entry, isCompiled: codeDirectory !== undefined }
  return new Set(replacedByBundle(place, new Set(files.map(({ path }) => path))))
}

/** Of files for one place the first counts. */
function distinct(files: readonly FoundFile[]): FoundFile[] {
  return [...Map.groupBy(files, ({ path }) => path).values()].flatMap(([first]) => first ?? [])
}

/**
 * What Lambda would load instead of a bundle, to follow a path.
 * @param excluded what `exclude` would have to name
 */
export function wouldBeLoaded(name: string, excluded = name.replace('/', '')): string {
  const advice = `Rename it, or write 'exclude ${excluded}' if it is a leftover`
  return name === 'index.cjs'
    ? `has the name of the bundle. ${advice}`
    : `would be loaded by Lambda in place of the bundle, index.cjs, since it looks for '${name}' first. ${advice}`
}
