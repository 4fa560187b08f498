import { hash } from 'node:crypto'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'

import { explainSystemError } from '../../core/basics/system-error.ts'
import { stableJson } from '../../oci/stable-json.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import { openKeptFiles } from '../cache/kept-files.ts'
import { putProven } from '../cache/proven-record.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'
import type { BundledFunction } from './bundled-function.ts'
import { readWritten, type Written } from './bundle-record.ts'
import { createDisk, type LookupPlaces } from './consulted.ts'
import type { DiskAnswers } from './disk-answers.ts'
import { recordBundles } from './record-bundles.ts'
import type { Module } from './run-esbuild.ts'

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
  ) => void
}

/** @throws when the cache cannot be written */
export async function openBundleMemory(options: MemoryOptions): Promise<BundleMemory> {
  const { cacheDirectory, key, answers, lookup, packsMaps } = options
  const kept = await openKeptFiles(cacheDirectory)
  const record = join(kept.folder, `${hash('sha256', stableJson(key), 'hex')}.json`)
  const unfinished = await temporaryPath(cacheDirectory)
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
      const { imports, warnings, readsManifest, shows } = one
      return {
        path,
        source,
        ...(map && { map }),
        imports,
        parts: new Map(one.parts.map(([module, bytes]) => [pathOf(module), bytes])),
        read: one.read.map(pathOf),
        warnings,
        readsManifest,
        ...(shows !== undefined && { shows }),
      }
    },
    modules: () => new Map((written?.modules ?? []).map((module) => [module.path, module])),
    keep: (bytes) => unlessUnwritable(() => kept.keep(bytes)) ?? { kind: 'bytes', bytes },
    remember(functions, modules, entries) {
      const isKnown = functions.length === found && found === sizeOf(written)
      if (isKnown) return unlessUnwritable(() => touch(record))
      const made = recordBundles(functions, modules, entries, {
        answers,
        lookup,
        disk: createDisk(),
      })
      unlessUnwritable(() => putProven(record, JSON.stringify(made), unfinished))
    },
  }
}

function sizeOf(written: Written | undefined): number {
  return Object.keys(written?.functions ?? {}).length
}

/** A cache that cannot be written is only slower. */
function unlessUnwritable<T>(write: () => T): T | undefined {
  try {
    return write()
  } catch (error) {
    if (explainSystemError(error) === error) throw error
    return undefined
  }
}

/** Pruning goes by the time of the last use. */
function touch(file: string): void {
  const now = new Date()
  utimesSync(file, now, now)
}

/** Which parts of a record are as they were. */
function provenBy(written: Written | undefined, answers: DiskAnswers) {
  const questions = new Map<number, boolean>()
  const modules = new Map<number, boolean>()
  const question = (index: number): boolean => {
    const known = questions.get(index)
    if (known !== undefined) return known
    const [asked, before] = written?.questions[index] ?? []
    const holds = asked !== undefined && answers.answer(asked) === before
    questions.set(index, holds)
    return holds
  }
  const module = (index: number): boolean => {
    const known = modules.get(index)
    if (known !== undefined) return known
    const holds = written?.modules[index]?.questions.every(question) ?? false
    modules.set(index, holds)
    return holds
  }
  return { question, module }
}
