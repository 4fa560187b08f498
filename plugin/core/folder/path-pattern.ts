import { minimatch } from 'minimatch'

/**
 * What one value of `include` or `exclude` names out of paths that are there: a path that is there
 * is taken literally, brackets and all, with everything below it; else it is a pattern, in which `*`
 * stands for hidden names too.
 * @param paths posix, relative
 */
export function matchPaths(pattern: string, paths: readonly string[]): readonly string[] {
  const plain = pattern.replaceAll('\\', '/').replace(/^(?:\.\/)+|\/+$/g, '')
  const literal = paths.filter((path) => isAtOrBelow(path, plain))
  if (literal.length > 0) return literal
  const options = { dot: true, nonegate: true, nocomment: true } as const
  return paths.filter(
    (path) => minimatch(path, plain, options) || minimatch(path, `${plain}/**`, options),
  )
}

function isAtOrBelow(path: string, folder: string): boolean {
  return folder === '.' || folder === '' || path === folder || path.startsWith(`${folder}/`)
}
