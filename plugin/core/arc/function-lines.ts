import type { Problem } from '../../errors.ts'
import type { AppFunction } from './architect-app.ts'
import type { ArcLine } from '../arc-text/arc-lines.ts'
import { formatFunction, httpMethods, kindNames, pragmaOf } from './function-kinds.ts'
import type { FunctionRequest } from '../model.ts'
import { isReservedImageName, zip } from '../settings/reserved-name.ts'
import { didYouMean, nearest } from '../basics/suggest.ts'

/** `@container-images` to the functions of the app that it names. */
export function parseFunctionLines(
  lines: readonly ArcLine[],
  functions: readonly AppFunction[],
): { readonly requests: readonly FunctionRequest[]; readonly problems: readonly Problem[] } {
  const requests: FunctionRequest[] = []
  const problems: Problem[] = []
  for (const { text, words } of lines) {
    const line = `'@container-images ${text}'`
    const request = parseLine(text, words, functions)
    if ('code' in request) problems.push({ ...request, message: `${line} ${request.message}` })
    else {
      const first = requests.find(
        ({ pragma, name }) => pragma === request.pragma && name === request.name,
      )
      if (first === undefined) requests.push(request)
      else problems.push({ code: 'FUNCTION_TWICE', message: twice(line, first) })
    }
  }
  return { requests, problems }
}

function twice(line: string, first: FunctionRequest): string {
  return `${line} names a function that '${first.line}' has put into an image already. Keep one of the two lines.`
}

function parseLine(
  text: string,
  words: readonly string[],
  functions: readonly AppFunction[],
): FunctionRequest | Problem {
  const [kind = '', second = '', image = ''] = words
  const isMethod = httpMethods.includes(kind.toLowerCase())
  const pragma = isMethod ? 'http' : pragmaOf(kind)
  if (words.length !== 3) return { code: 'PRAGMA_LINE_INVALID', message: countFault(words, pragma) }
  if (pragma === undefined) return { code: 'PRAGMA_LINE_INVALID', message: kindFault(kind) }
  if (image !== zip && (!/^[a-z0-9][a-z0-9._-]{0,31}$/.test(image) || isReservedImageName(image)))
    return { code: 'IMAGE_NAME_INVALID', message: imageNameFault(image) }
  const name = isMethod ? `${kind.toLowerCase()} ${second}` : second.replace(/^\$/, '')
  const found = functions.find(
    (candidate) =>
      candidate.pragma === pragma && [name, second].includes(withLowerMethod(candidate)),
  )
  if (found === undefined)
    return { code: 'PRAGMA_FUNCTION_UNKNOWN', message: unknown(pragma, name, functions) }
  if (found.staticAssetProxy) return { code: 'FUNCTION_NOT_OWN', message: notOwn(name) }
  return { line: text, pragma, name: found.name, image }
}

/** Architect takes a plugin's routes in either case. */
function withLowerMethod({ pragma, name }: AppFunction): string {
  return pragma === 'http' ? name.replace(/^\S+/, (method) => method.toLowerCase()) : name
}

function countFault(words: readonly string[], pragma: string | undefined): string {
  const shape =
    pragma === 'http' || words[0]?.toLowerCase() === 'http'
      ? "METHOD PATH IMAGE, as in 'get /search lancedb'"
      : pragma === undefined
        ? "METHOD PATH IMAGE, as in 'get /search lancedb', or PRAGMA NAME IMAGE, as in 'scheduled compact lancedb'"
        : `PRAGMA NAME IMAGE, as in '${pragma} ${words[1] ?? 'name'} lancedb'`
  const count = words.length === 1 ? '1 word' : `${words.length} words`
  const more =
    words.length > 3 && pragma !== undefined
      ? ' A line puts one function into one image; functions whose lines name the same image share it.'
      : ''
  return `has ${count} and needs three: ${shape}.${more}`
}

function kindFault(kind: string): string {
  const names = [...httpMethods, ...kindNames]
  const hint = didYouMean(kind, names)
  const todo = hint === '' ? ` Begin the line with one of ${names.join(', ')}.` : hint
  return `begins with '${kind}', which is neither an HTTP method nor a pragma with functions.${todo}`
}

function imageNameFault(image: string): string {
  if (isReservedImageName(image))
    return `names the image '${image}', a name that is reserved. Choose another one.`
  const lower = image.toLowerCase()
  const hint = lower !== image && /^[a-z0-9][a-z0-9._-]{0,31}$/.test(lower)
  return `names the image '${image}', which is not one: up to 32 lower-case letters, digits, . _ and -, beginning with a letter or digit.${hint ? ` Did you mean '${lower}'?` : ''}`
}

function unknown(pragma: string, name: string, functions: readonly AppFunction[]): string {
  const own = functions.filter(({ staticAssetProxy }) => !staticAssetProxy)
  const path = pragma === 'http' ? name.slice(name.indexOf(' ')) : undefined
  const elsewhere =
    own.find((candidate) => candidate.name === name) ??
    own.find((candidate) => path !== undefined && candidate.name.endsWith(path))
  const names = own.map((candidate) => formatFunction(candidate.pragma, candidate.name))
  const near =
    elsewhere === undefined
      ? nearest(formatFunction(pragma, name), names)
      : formatFunction(elsewhere.pragma, elsewhere.name)
  const declared = names.length === 0 ? 'no function' : names.slice(0, 8).join(', ')
  const more = names.length > 8 ? ` and ${names.length - 8} more` : ''
  const hint = near === undefined ? `It declares ${declared}${more}.` : `Did you mean '${near}'?`
  return `names a function that the app does not declare. ${hint}`
}

function notOwn(name: string): string {
  return `names the function that Architect adds to serve static files; its code is not the app's. Declare '${name}' under @http to put a function of your own into an image.`
}
