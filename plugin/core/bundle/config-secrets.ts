import type { Problem } from '../../errors.ts'
import { looksSecret } from '../settings/looks-secret.ts'
import { isRecord } from '../basics/is-record.ts'

/** The user's esbuild options that put text into every bundle. */
interface ConfigTexts {
  readonly define?: Readonly<Record<string, unknown>>
  readonly banner?: Readonly<Record<string, unknown>>
  readonly footer?: Readonly<Record<string, unknown>>
}

/** Shorter values are in texts by chance. */
const telling = 8

/**
 * What the user's own esbuild options would make readable in an image: literals that `define` gives
 * under names that secrets have, and values of such variables of the shell in any text.
 * @param allowed the variables under `define-secret`
 */
export function configSecrets(
  { define = {}, banner = {}, footer = {} }: ConfigTexts,
  allowed: readonly string[],
  shell: Readonly<Record<string, string | undefined>>,
): readonly Problem[] {
  const named = Object.entries(define).flatMap(([key, value]) => secretNames(key, literalOf(value)))
  const texts = [define, banner, footer].flatMap((record) => Object.values(record)).map(String)
  const copied = Object.entries(shell)
    .filter(([name, value = '']) => looksSecret(name) && value.length >= telling)
    .filter(([, value = '']) => texts.some((text) => text.includes(value)))
    .map(([name]) => name)
  return [...new Set([...named, ...copied])]
    .filter((name) => !allowed.includes(name))
    .toSorted()
    .map((name) => ({
      code: 'DEFINE_LOOKS_SECRET',
      message: `esbuild-config puts '${name}' into the code, which looks like a secret: whoever can pull the image can read it there. Take it out and read it at run time, or name it under 'define-secret' if its value may be in the image.`,
    }))
}

/** A name with what it holds, or each name in it: `process.env` may be given as a whole. */
function secretNames(key: string, value: unknown): readonly string[] {
  if (isRecord(value))
    return Object.entries(value).flatMap(([name, inner]) => secretNames(name, inner))
  const name = key.split('.').at(-1) ?? key
  const isTelling = (typeof value === 'string' && value !== '') || typeof value === 'number'
  return isTelling && looksSecret(name) ? [name] : []
}

/** esbuild takes a literal or the name of something else, which is no secret. */
function literalOf(value: unknown): unknown {
  try {
    return JSON.parse(String(value))
  } catch {
    return undefined
  }
}
