import { hash } from 'node:crypto'
import { join } from 'node:path'

import { memoized } from '../../core/basics/once.ts'
import { stableJson } from '../../oci/stable-json.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import { openKeptFiles } from '../cache/kept-files.ts'
import { markUsed } from '../cache/layer-cache.ts'
import { writeProven } from '../cache/proven-record.ts'
import { isUnwritable } from '../cache/write-whole.ts'
import type { BundledFunction, Module } from './bundled-function.ts'
import { readWritten, type Written } from './bundle-record.ts'
import { createDisk, type LookupPlaces } from './consulted.ts'
import type { DiskAnswers, Question } from './disk-answers.ts'
import { recordBundles } from './record-bundles.ts'

export interface MemoryOptions {
  readonly cacheDirectory: string
  /** Everything but the disk that decides the bundles; it is written nowhere. */
  readonly key: unknown
  readonly answers: DiskAnswers
  readonly lookup: LookupPlaces
  /** Source maps are files of the image, too. */
  readonly packsMaps: boolean
}

/** Bundles of earlier runs. */
export interface BundleMemory {
  /** The bundle of a function, if everything that decided it is proven to be as it was. */
  readonly find: (path: string, entry: string) => BundledFunction | undefined
  /** Files that were read for the bundle when it was last made, as it is now or not. */
  readonly readBefore: (path: string) => readonly string[]
  /** To be waited for before anything is bundled that is to be remembered. */
  readonly apart: () => Promise<void>
  /** All modules of what was found. */
  readonly modules: () => ReadonlyMap<string, Module>
  /** Puts content into the cache, if it can be written. */
  readonly keep: (bytes: Uint8Array) => ImageFile['source']
  /**
   * Writes down what there is now; what was found and is not among it is forgotten.
   * @param entries by the path of the bundle, absolute
   */
  readonly remember: (
    functions: readonly BundledFunction[],
    modules: ReadonlyMap<string, Module>,
    entries: ReadonlyMap<string, string>,
  ) => Promise<void>
}

/** @throws when the cache cannot be written */
export async function openBundleMemory(options: MemoryOptions): Promise<BundleMemory> {
  const { cacheDirectory, key, answers, lookup, packsMaps } = options
  const kept = await openKeptFiles(cacheDirectory)
  const record = join(kept.folder, `${hash('sha256', stableJson(key), 'hex')}.json`)
  const written = readWritten(record)
  const holds = provenBy(written, answers)
  let found = 0
  return {
    find(path, entry) {
      const one = written?.functions[path]
      if (written === undefined || one?.entry !== entry) return undefined
      if (![...one.questions].every(holds.question) || !one.read.every(holds.module))
        return undefined
      const source = kept.find(one.code)
      const map = one.map && kept.find(one.map, packsMaps)
      if (source === undefined || (one.map !== undefined && map === undefined)) return undefined
      found++
      const pathOf = (index: number): string => written.modules[index]?.path ?? ''
      const { warnings, readsManifest, shows } = one
      return {
        path,
        source,
        ...(map && { map }),
        imports: written.imports[one.imports] ?? [],
        parts: { [Symbol.iterator]: () => pairsIn(one.parts, pathOf) },
        read: one.read.map(pathOf),
        warnings,
        readsManifest,
        ...(shows !== undefined && { shows }),
      }
    },
    readBefore: (path) =>
      (written?.functions[path]?.read ?? []).flatMap(
        (index) => written?.modules[index]?.file ?? [],
      ),
    apart: answers.apart,
    modules: () => new Map((written?.modules ?? []).map((module) => [module.path, module])),
    keep(bytes) {
      try {
        return kept.keep(bytes)
      } catch (error) {
        // A cache that cannot be written is only slower.
        if (!isUnwritable(error)) throw error
        return { kind: 'bytes', bytes }
      }
    },
    async remember(functions, modules, entries) {
      const isKnown = functions.length === found && found === sizeOf(written)
      if (isKnown) return markUsed(record)
      const made = recordBundles(functions, modules, entries, {
        answers,
        lookup,
        disk: createDisk(),
        proven: holds.questionsOf,
      })
      await writeProven(cacheDirectory, record, JSON.stringify(made))
    },
  }
}

function* pairsIn(
  parts: readonly number[],
  pathOf: (index: number) => string,
): Generator<readonly [string, number]> {
  for (let at = 0; at < parts.length; at += 2) yield [pathOf(parts[at] ?? 0), parts[at + 1] ?? 0]
}

function sizeOf(written: Written | undefined): number {
  return Object.keys(written?.functions ?? {}).length
}

/** Which parts of a record are as they were. */
function provenBy(written: Written | undefined, answers: DiskAnswers) {
  const question = memoized((index: number): boolean => {
    const [asked, before] = written?.questions[index] ?? []
    return asked !== undefined && answers.answer(asked) === before
  })
  const module = memoized(
    (index: number): boolean => written?.modules[index]?.questions.every(question) ?? false,
  )
  const indexes = new Map(written?.modules.map(({ path }, index) => [path, index]))
  /** Where a module leads to is decided by nothing but the answers to them, and its imports. */
  const questionsOf = (seen: Module): ReadonlySet<Question> | undefined => {
    const index = indexes.get(seen.path) ?? -1
    const before = written?.modules[index]
    if (before === undefined || before.questions.length === 0 || before.file !== seen.file)
      return undefined
    const isSame = JSON.stringify(before.imports) === JSON.stringify(seen.imports)
    if (!isSame || !module(index)) return undefined
    return new Set(before.questions.flatMap((each) => written?.questions[each]?.[0] ?? []))
  }
  return { question, module, questionsOf }
}
