import { type Digest, hexOf } from '../../oci/digest.ts'
import { parsePinned } from '../../oci/reference.ts'
import { formatAge } from '../basics/duration.ts'

/** A base whose tag names another image than it did when the live image was made. */
export interface BaseMove {
  /** As the image's setting has it: `public.ecr.aws/lambda/nodejs:24`. */
  readonly reference: string
  readonly from: Digest
  readonly to: Digest
  /** Milliseconds; absent where nobody could tell. */
  readonly livePushedAt?: number
}

/**
 * What became of a base in between; nothing for another base, and where one of the two is not known.
 * @param live `public.ecr.aws/lambda/nodejs:24@sha256:...`, as an image's label has it
 */
export function baseMove(
  live: string | undefined,
  next: string | undefined,
  livePushedAt?: number,
): BaseMove | undefined {
  const [before, after] = [parsePinned(live ?? ''), parsePinned(next ?? '')]
  if (before === undefined || after === undefined) return undefined
  if (before.name !== after.name || before.digest === after.digest) return undefined
  return {
    reference: after.name,
    from: before.digest,
    to: after.digest,
    ...(livePushedAt !== undefined && { livePushedAt }),
  }
}

/** One sentence without its full stop. */
export function formatBaseMove(
  { reference, from, to, livePushedAt }: BaseMove,
  now: number,
): string {
  const when = livePushedAt === undefined ? '' : `, pushed ${formatAge(now - livePushedAt)} ago`
  return `base ${reference} has moved since the live image${when}: from ${hexOf(from, 12)} to ${hexOf(to, 12)}`
}
