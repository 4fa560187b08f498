import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import type { Input } from '../json-actions.ts'

/** A page of a list; `nextToken` is there only when more follow. */
export function pageOf<Item>(
  input: Input,
  all: readonly Item[],
  { behaviour }: Context,
): { readonly items: readonly Item[]; readonly nextToken: { readonly nextToken?: string } } {
  const asked = input['maxResults'] ?? 100
  if (typeof asked !== 'number' || asked < 1 || asked > 1000)
    throw new AwsFault(
      'InvalidParameterException',
      `Invalid parameter at 'maxResults' failed to satisfy constraint: 'must be between 1 and 1000'`,
    )
  const size = Math.min(asked, behaviour.ecrPageSize)
  const token = input['nextToken']
  const start = token === undefined ? 0 : parseToken(token)
  const more = start + size < all.length
  const next = Buffer.from(`after:${start + size}`).toString('base64')
  return { items: all.slice(start, start + size), nextToken: more ? { nextToken: next } : {} }
}

function parseToken(token: unknown): number {
  const match = /^after:(\d+)$/.exec(Buffer.from(String(token), 'base64').toString())
  if (match !== null) return Number(match[1])
  throw new AwsFault('InvalidParameterException', 'Invalid nextToken')
}
