import type { Context } from '../context.ts'

/** A page of a list of CloudFormation's, from where `NextToken` says. */
export function pageOf<Item>(
  all: readonly Item[],
  parameters: URLSearchParams,
  { behaviour }: Context,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const start = Number(parameters.get('NextToken') ?? 0)
  const end = start + behaviour.pageSize
  return { items: all.slice(start, end), next: end < all.length ? String(end) : undefined }
}
