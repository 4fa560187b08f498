/**
 * The paths that each of some patterns names, by pattern. What reads patterns is loaded when there is
 * one, as most apps have none.
 */
export async function matchPatterns(
  patterns: readonly string[],
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (patterns.length === 0) return new Map()
  const { matchPaths } = await import('../../core/folder/path-pattern.ts')
  return new Map(patterns.map((pattern) => [pattern, matchPaths(pattern, paths)]))
}

/** All that any of them names. */
export function namedPaths(matched: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  return new Set([...matched.values()].flat())
}

/** Patterns that name nothing. */
export function unmatchedPatterns(
  matched: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return [...matched].flatMap(([pattern, paths]) => (paths.length === 0 ? [pattern] : []))
}
