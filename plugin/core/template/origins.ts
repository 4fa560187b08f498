import type { Resource, Template } from './template.ts'

/**
 * Who may have put something into the template. A plugin leaves no name in it, so it is told by the
 * time: what was there when our `deploy.start` ran came from a plugin above ours.
 */
export interface Origins {
  /** The template as our `deploy.start` saw it. */
  readonly early: Template
  /** Names under `@plugins` of those whose `deploy.start` ran before. */
  readonly above: readonly string[]
  /** Of those whose hooks ran between that and ours of `deploy.services`. */
  readonly below: readonly string[]
}

/** `plugin 'a'`, `plugin 'a' or 'b'`, or `a plugin` where nobody is known. */
export function pluginThatSet(
  origins: Origins | undefined,
  logicalId: string,
  wasThere: (resource: Resource) => boolean,
): string {
  if (origins === undefined) return 'a plugin'
  const before = origins.early.Resources[logicalId]
  const names = before !== undefined && wasThere(before) ? origins.above : origins.below
  if (names.length === 0) return 'a plugin'
  return `plugin ${names.map((name) => `'${name}'`).join(' or ')}`
}
