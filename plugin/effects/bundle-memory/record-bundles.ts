import { memoized } from '../../core/basics/once.ts'
import type { Content } from '../cache/kept-files.ts'
import type { Written, WrittenFunction } from './bundle-record.ts'
import type { BundledFunction, Module, OpenImport } from './bundled-function.ts'
import { consulted, consultedFor, type Disk, type LookupPlaces } from './consulted.ts'
import type { DiskAnswers, Question } from './disk-answers.ts'

interface RecordMeans {
  readonly answers: DiskAnswers
  readonly lookup: LookupPlaces
  readonly disk: Disk
  /** What an earlier record asks for a module, if all of it is as it was: then nothing else is. */
  readonly proven: (module: Module) => ReadonlySet<Question> | undefined
}

/**
 * What of the functions may be found again: those of which it can be said what decided them, and
 * that it was the same all the time.
 * @param entries by the path of the bundle, absolute
 */
export function recordBundles(
  functions: readonly BundledFunction[],
  modules: ReadonlyMap<string, Module>,
  entries: ReadonlyMap<string, string>,
  { answers, lookup, disk, proven }: RecordMeans,
): Written {
  const questions = createTable<readonly [Question, string]>()
  const isSettled = memoized((question: Question) => answers.isSettled(question))
  /** Numbers of questions; nothing when one of them has no certain answer. */
  const numbersOf = (asked: ReadonlySet<Question> | undefined): number[] | undefined => {
    if (asked === undefined || ![...asked].every(isSettled)) return undefined
    return [...asked].map((one) => questions.numberOf(one, () => [one, answers.answer(one)]))
  }
  const questionsOf = memoized((path: string): number[] | undefined => {
    const module = modules.get(path)
    return module && numbersOf(proven(module) ?? consulted(module, lookup, disk))
  })
  const known = createTable<Written['modules'][number]>()
  const numberOf = (path: string): number =>
    known.numberOf(path, () => {
      const { file = '', imports = [] } = modules.get(path) ?? {}
      return { path, file, imports, questions: questionsOf(path) ?? [] }
    })
  const lists = createTable<readonly OpenImport[]>()
  const remembered = functions.flatMap((one): [string, WrittenFunction][] => {
    const { path, source, map, imports, warnings, readsManifest, shows } = one
    const entry = entries.get(path)
    const own = entry === undefined ? undefined : numbersOf(consultedFor(entry, lookup, disk))
    const isOdd =
      source.kind === 'bytes' ||
      map?.kind === 'bytes' ||
      one.read.some((each) => !questionsOf(each))
    if (entry === undefined || own === undefined || isOdd) return []
    return [
      [
        path,
        {
          entry,
          questions: own,
          code: keptOf(source),
          ...(map?.kind === 'file' && { map: keptOf(map) }),
          imports: lists.numberOf(JSON.stringify(imports), () => imports),
          parts: [...one.parts].flatMap(([module, bytes]) => [numberOf(module), bytes]),
          read: one.read.map(numberOf),
          warnings,
          readsManifest,
          ...(shows !== undefined && { shows }),
        },
      ],
    ]
  })
  return {
    functions: Object.fromEntries(remembered),
    modules: known.all(),
    questions: questions.all(),
    imports: lists.all(),
  }
}

function keptOf({
  size,
  sha256 = '',
}: {
  readonly size: number
  readonly sha256?: string
}): Content {
  return { size, sha256 }
}

/** Gives each thing a number, in the order in which they come. */
function createTable<Value>() {
  const numbers = new Map<string, number>()
  const values: Value[] = []
  return {
    all: (): readonly Value[] => values,
    numberOf(key: string, make: () => Value): number {
      const known = numbers.get(key)
      if (known !== undefined) return known
      const number = values.push(make()) - 1
      numbers.set(key, number)
      return number
    },
  }
}
