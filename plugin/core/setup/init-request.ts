import { isReservedImageName, zip } from '../settings/reserved-name.ts'

/** What `arc-images init` is asked for. */
export interface InitRequest {
  /** As on the command line: `get /`, or its two words. */
  readonly functionWords: readonly string[]
  readonly image: string
  /** As npm or pip takes them: `sharp`, `sharp@0.34.0`, `@lancedb/lancedb`. */
  readonly packages: readonly string[]
}

/**
 * The operands of `init FUNCTION [IMAGE] [PACKAGE...]`. A function is one word in quotes or two. Of
 * several words behind it the first names the image, where it can be such a name; one alone is an
 * image that is there already, or else a package, and the image is named after it.
 * @param existing names of the folders in docker/
 * @returns else what is wrong, as the end of a sentence that begins with the command
 */
export function readInitRequest(
  operands: readonly string[],
  existing: readonly string[],
): InitRequest | string {
  const [first = ''] = operands
  const length = /\s/.test(first.trim()) ? 1 : 2
  const functionWords = operands.slice(0, length)
  const rest = operands.slice(length)
  const [word, ...more] = rest
  if (word === undefined)
    return `needs a function and what its image brings, as in 'arc-images init "get /" sharp'.`
  const empty = rest.find((one) => one.trim() === '' || one.startsWith('-'))
  if (empty !== undefined) return `does not take '${empty}' for a package.`
  const isName = isImageName(word)
  if (isName && (more.length > 0 || existing.includes(word)))
    return { functionWords, image: word, packages: more }
  const image = imageNameOf(word)
  if (image === undefined)
    return `cannot name an image after '${word}'. Name it first: 'arc-images init "get /" IMAGE ${rest.join(' ')}'.`
  return { functionWords, image, packages: rest }
}

export function isImageName(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,31}$/.test(text) && text !== zip && !isReservedImageName(text)
}

/** `@lancedb/lancedb@0.31.0` to `lancedb`. */
function imageNameOf(wanted: string): string | undefined {
  const name = packageNameOf(wanted).split('/').at(-1)?.toLowerCase() ?? ''
  return isImageName(name) ? name : undefined
}

/** Without its version: of npm (`@scope/name@1`) and of pip (`name==1`, `name[extra]>=1`). */
export function packageNameOf(wanted: string): string {
  return /^(?:@[^/]+\/)?[^@=<>~![;\s]+/.exec(wanted)?.[0] ?? wanted
}
