import { ContainerImageError } from '../../errors.ts'
import { isRecord } from '../basics/is-record.ts'
import { isSame } from '../basics/is-same.ts'

/** An image under a tag of ours that is not what this deploy would make. */
export function notProven(uri: string, tag: string, seen: string): ContainerImageError {
  return new ContainerImageError(
    'IMAGE_NOT_PROVEN',
    `${uri} is what the repository has under ${tag}, and not what this deploy would build: ${seen}. ` +
      'It was not used. Find out who pushed it (PutImage in CloudTrail names the digest). Then deploy again, and it is built anew.',
  )
}

/** Where two JSON documents differ, two levels deep: `config.Env`, `history`. */
export function differencesOf(expected: unknown, seen: unknown, depth = 2): readonly string[] {
  if (isSame(expected, seen)) return []
  if (depth === 0 || !isRecord(expected) || !isRecord(seen)) return ['']
  const keys = new Set([...Object.keys(expected), ...Object.keys(seen)])
  return [...keys].flatMap((key) =>
    differencesOf(expected[key], seen[key], depth - 1).map((inner) =>
      inner === '' ? key : `${key}.${inner}`,
    ),
  )
}
