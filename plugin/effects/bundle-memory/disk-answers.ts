import { hash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { memoized } from '../../core/basics/once.ts'
import { ancestors } from '../functions/find-package.ts'
import { type ModulePlace, placeFinder } from '../functions/module-places.ts'

/**
 * One thing that can be found out again: `file`, a file's content; `list`, the names in a folder and
 * what they are; `above`, the few names that are looked for in every folder above a module; `place`,
 * where a module is in a zip.
 */
export type Question = `${'file' | 'list' | 'above' | 'place'} ${string}`

/** Names that decide how modules below a folder are found and read. */
export const namesAbove = [
  'package.json',
  'tsconfig.json',
  'jsconfig.json',
  'node_modules',
  '.pnp.data.json',
  '.pnp.cjs',
  '.pnp.js',
] as const

/** What is on the disk now; each question is looked at once. */
export interface DiskAnswers {
  readonly answer: (question: Question) => string
  /**
   * To be waited for before files are read whose answers are to be remembered: what is written
   * after that has a later time than what was written before these answers were opened.
   */
  readonly apart: () => Promise<void>
  /** Whether the answer was the same all the time since these answers were opened. */
  readonly isSettled: (question: Question) => boolean
}

/** Milliseconds by which a file system's clock may be behind: it ticks with the kernel. */
const tick = 25

/** Milliseconds to which some file systems round their times down. */
const coarse = 2000

/**
 * @param appDirectory what is above it is looked at first: names come and go there that are nobody's,
 * so that the folders' own times say nothing
 */
export function createDiskAnswers(
  places: readonly ModulePlace[],
  appDirectory: string,
): DiskAnswers {
  // A whole number, and times have parts of one.
  const opened = Date.now() + 1
  const early = new Map(ancestors(dirname(appDirectory)).map((each) => [each, namesAboveIn(each)]))
  const entries = new Set(places.flatMap(({ entry }) => entry ?? []))
  const placeOf = placeFinder(places)
  const ask = (question: Question): string => {
    const [kind, path] = partsOf(question)
    if (kind === 'file') return contentOf(path)
    if (kind === 'list') return namesIn(path)
    if (kind === 'above') return namesAboveIn(path)
    return `${placeOf(path) ?? 'nowhere'} ${entries.has(path)}`
  }
  return {
    answer: memoized(ask),
    async apart() {
      const left = opened + tick - Date.now()
      if (left > 0) await sleep(left)
    },
    isSettled(question) {
      const [kind, path] = partsOf(question)
      if (kind === 'place') return true
      const before = kind === 'above' ? early.get(path) : undefined
      if (before === undefined) return changedAt(path) < opened
      const names = namesAbove.map((name) => join(path, name))
      return namesAboveIn(path) === before && names.every((each) => changedAt(each) < opened)
    },
  }
}

/**
 * In milliseconds, at the latest; what is not there has not changed, as the folder above it would
 * have. A whole second is taken for one of a file system that knows nothing smaller.
 */
function changedAt(path: string): number {
  const changed = lstatSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0
  return changed % 1000 === 0 ? changed + coarse : changed
}

function partsOf(question: Question): readonly [kind: string, path: string] {
  const space = question.indexOf(' ')
  return [question.slice(0, space), question.slice(space + 1)]
}

/** Read each time: size and times can be the same of another content. */
function contentOf(file: string): string {
  try {
    return hash('sha256', readFileSync(file), 'hex')
  } catch (error) {
    return nothing(error)
  }
}

function namesIn(folder: string): string {
  try {
    const names = readdirSync(folder, { withFileTypes: true }).map((entry) =>
      entry.isSymbolicLink()
        ? `${entry.name} ${describe(folder + sep + entry.name)}`
        : `${entry.name} ${entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other'}`,
    )
    const all = JSON.stringify([realpathSync.native(folder), ...names.toSorted()])
    return hash('sha256', all, 'hex')
  } catch (error) {
    return nothing(error)
  }
}

function namesAboveIn(folder: string): string {
  try {
    const names = namesAbove.map((name) => describe(folder + sep + name))
    return hash('sha256', JSON.stringify([realpathSync.native(folder), ...names]), 'hex')
  } catch (error) {
    return nothing(error)
  }
}

/** What a name stands for, and where a link ends. */
function describe(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'nothing'
  if (!found.isSymbolicLink())
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other'
  try {
    const real = realpathSync.native(path)
    return `link to ${statSync(real).isDirectory() ? 'folder' : 'file'} ${real}`
  } catch (error) {
    return `link to ${nothing(error)}`
  }
}

function nothing(error: unknown): string {
  return `nothing: ${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}`
}
