/**
 * Command and arguments that run this Node without the hooks which tap puts into NODE_OPTIONS of
 * every child of a test: they break `require` of a TypeScript file, as Architect loads plugins.
 */
export function plainNode(...args: readonly string[]): [command: string, args: string[]] {
  return ['env', ['-u', 'NODE_OPTIONS', process.execPath, ...args]]
}
