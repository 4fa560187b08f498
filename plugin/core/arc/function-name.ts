import { ContainerImageError, type Problem } from '../../errors.ts'
import { didYouMean, nearest } from '../basics/suggest.ts'
import type { AppFunction } from './architect-app.ts'
import { formatFunction, httpMethods, kindNames, pragmaOf } from './function-kinds.ts'

/** What a function is named by: one of inventory's, or of a deployed template's. */
export type NamedFunction = Pick<AppFunction, 'pragma' | 'name' | 'staticAssetProxy'>

/** The first word of a function's name: `get` or `scheduled`. */
export interface FunctionKind {
  readonly isMethod: boolean
  /** Absent: neither an HTTP method nor a pragma with functions. */
  readonly pragma: string | undefined
}

/** What the first word of a name says; the singular and either case are taken. */
export function kindOf(word: string): FunctionKind {
  const isMethod = httpMethods.includes(word.toLowerCase())
  return { isMethod, pragma: isMethod ? 'http' : pragmaOf(word) }
}

/**
 * The function that the two words of a name mean.
 * @returns else what is wrong, as the end of a sentence that begins with the words
 */
export function findFunction<Named extends NamedFunction>(
  kind: string,
  second: string,
  functions: readonly Named[],
): Named | Problem {
  const { isMethod, pragma } = kindOf(kind)
  if (pragma === undefined) return { code: 'PRAGMA_LINE_INVALID', message: kindFault(kind) }
  const name = isMethod ? `${kind.toLowerCase()} ${second}` : second.replace(/^\$/, '')
  const found = functions.find(
    (candidate) =>
      candidate.pragma === pragma && [name, second].includes(withLowerMethod(candidate)),
  )
  if (found === undefined)
    return { code: 'PRAGMA_FUNCTION_UNKNOWN', message: unknown(pragma, name, functions) }
  if (found.staticAssetProxy) return { code: 'FUNCTION_NOT_OWN', message: notOwn(name) }
  return found
}

/**
 * The function that is named on a command line, as in `@container-images`: `get /`,
 * `any /api/:x` or `scheduled compact`, quoted or as two words.
 * @param words positional arguments
 * @throws ContainerImageError COMMAND_INVALID, with the nearest name that the app has
 */
export function readFunctionName<Named extends NamedFunction>(
  words: readonly string[],
  functions: readonly Named[],
): Named {
  const written = words.join(' ').trim()
  const [kind = '', second = '', ...more] = written.split(/\s+/)
  const isName = second !== '' && more.length === 0 && kindOf(kind).pragma !== undefined
  const found = isName
    ? findFunction(kind, second, functions)
    : { message: `is not the name of a function.${hintFor(written, functions)}` }
  if (!('message' in found)) return found
  const fault = `'${written}' ${found.message}`
  throw new ContainerImageError(
    'COMMAND_INVALID',
    written === '' ? `Name a function.${hintFor('', functions)}` : fault,
  )
}

/** Half of a name is enough for a hint: `compact` or `/`. */
function hintFor(written: string, functions: readonly NamedFunction[]): string {
  const names = ownNames(functions)
  const half = names.find((name) => written !== '' && name.split(' ').includes(written))
  return half === undefined
    ? didYouMean(written, names) || ` The app declares ${listed(names)}.`
    : ` Did you mean '${half}'?`
}

/** Architect takes a plugin's routes in either case. */
function withLowerMethod({ pragma, name }: NamedFunction): string {
  return pragma === 'http' ? name.replace(/^\S+/, (method) => method.toLowerCase()) : name
}

function kindFault(kind: string): string {
  const names = [...httpMethods, ...kindNames]
  const hint = didYouMean(kind, names)
  const todo = hint === '' ? ` Begin the line with one of ${names.join(', ')}.` : hint
  return `begins with '${kind}', which is neither an HTTP method nor a pragma with functions.${todo}`
}

function unknown(pragma: string, name: string, functions: readonly NamedFunction[]): string {
  const own = functions.filter(({ staticAssetProxy }) => !staticAssetProxy)
  const path = pragma === 'http' ? name.slice(name.indexOf(' ')) : undefined
  const elsewhere =
    own.find((candidate) => candidate.name === name) ??
    own.find((candidate) => path !== undefined && candidate.name.endsWith(path))
  const names = ownNames(functions)
  const near =
    elsewhere === undefined
      ? nearest(formatFunction(pragma, name), names)
      : formatFunction(elsewhere.pragma, elsewhere.name)
  const hint = near === undefined ? `It declares ${listed(names)}.` : `Did you mean '${near}'?`
  return `names a function that the app does not declare. ${hint}`
}

function ownNames(functions: readonly NamedFunction[]): readonly string[] {
  const own = functions.filter(({ staticAssetProxy }) => !staticAssetProxy)
  return own.map(({ pragma, name }) => formatFunction(pragma, name))
}

function listed(names: readonly string[]): string {
  const more = names.length > 8 ? ` and ${names.length - 8} more` : ''
  return names.length === 0 ? 'no function' : `${names.slice(0, 8).join(', ')}${more}`
}

function notOwn(name: string): string {
  return `names the function that Architect adds to serve static files; its code is not the app's. Declare '${name}' under @http to put a function of your own into an image.`
}
