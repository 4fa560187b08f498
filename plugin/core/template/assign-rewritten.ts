import type { Template } from './template.ts'

/**
 * Puts changed resources into the template that Architect goes on with. It takes no other object
 * from `deploy.services`, so this is the one change that is made in place: all resources in one
 * step, after the last thing that can fail.
 */
export function assignRewritten(
  template: { readonly Resources: object },
  { Resources: resources }: Template,
  changed: readonly string[],
): void {
  const entries = changed.map((logicalId) => [logicalId, resources[logicalId]])
  Object.assign(template.Resources, Object.fromEntries(entries))
}
