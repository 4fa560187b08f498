import type { Problem } from '../../errors.ts'
import type { AppFunction } from './architect-app.ts'
import type { ArcLine } from '../arc-text/arc-lines.ts'
import { quoteLine } from '../arc-text/quote-line.ts'
import { findFunction, kindOf } from './function-name.ts'
import type { FunctionRequest } from '../model.ts'
import { isReservedImageName, zip } from '../settings/reserved-name.ts'

/** `@container-images` to the functions of the app that it names. */
export function parseFunctionLines(
  lines: readonly ArcLine[],
  functions: readonly AppFunction[],
): { readonly requests: readonly FunctionRequest[]; readonly problems: readonly Problem[] } {
  const requests: FunctionRequest[] = []
  const problems: Problem[] = []
  for (const arcLine of lines) {
    const line = quoteLine('container-images', arcLine)
    const request = parseLine(arcLine, functions)
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
  const at = first.place === undefined ? '' : ` (${first.place})`
  return `${line} names a function that '${first.line}'${at} has put into an image already. Keep one of the two lines.`
}

function parseLine(
  { text, words, place }: ArcLine,
  functions: readonly AppFunction[],
): FunctionRequest | Problem {
  const [kind = '', second = '', image = ''] = words
  const { pragma } = kindOf(kind)
  if (words.length !== 3) return { code: 'PRAGMA_LINE_INVALID', message: countFault(words, pragma) }
  if (
    pragma !== undefined &&
    image !== zip &&
    (!/^[a-z0-9][a-z0-9._-]{0,31}$/.test(image) || isReservedImageName(image))
  )
    return { code: 'IMAGE_NAME_INVALID', message: imageNameFault(image) }
  const found = findFunction(kind, second, functions)
  if ('message' in found) return found
  const { pragma: own, name } = found
  return { line: text, ...(place !== undefined && { place }), pragma: own, name, image }
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

function imageNameFault(image: string): string {
  if (isReservedImageName(image))
    return `names the image '${image}', a name that is reserved. Choose another one.`
  const lower = image.toLowerCase()
  const hint = lower !== image && /^[a-z0-9][a-z0-9._-]{0,31}$/.test(lower)
  return `names the image '${image}', which is not one: up to 32 lower-case letters, digits, . _ and -, beginning with a letter or digit.${hint ? ` Did you mean '${lower}'?` : ''}`
}
