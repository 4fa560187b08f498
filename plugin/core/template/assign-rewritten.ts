import type { FunctionRewrite, Template } from './template.ts'

/**
 * Puts rewritten functions into the template that Architect goes on with. It takes no other object
 * from `deploy.services`, so this is the one change that is made in place: all functions in one
 * step, after the last thing that can fail.
 */
export function assignRewritten(
  template: { readonly Resources: object },
  { Resources: resources }: Template,
  rewrites: readonly FunctionRewrite[],
): void {
  const entries = rewrites.map(({ logicalId }) => [logicalId, resources[logicalId]])
  Object.assign(template.Resources, Object.fromEntries(entries))
}
