/** Whether a file was left by a system, and is no part of anything. */
export function isRubbish(path: string): boolean {
  return /(?:^|\/)(?:\.DS_Store|Thumbs\.db)$/.test(path)
}

/**
 * Tells what of a folder was made by running Python, or is of the machine that it was written on:
 * virtual environments are told by their `pyvenv.cfg`. A `.pyc` outside of `__pycache__` is a module
 * that may have no other source.
 * @param paths of the whole folder
 */
export function pythonRubbish(paths: readonly string[]): (path: string) => boolean {
  const environments = paths.flatMap((path) => /^(.+\/)pyvenv\.cfg$/.exec(path)?.[1] ?? [])
  return (path) =>
    isRubbish(path) ||
    /(?:^|\/)(?:__pycache__|node_modules)\//.test(path) ||
    environments.some((environment) => path.startsWith(environment))
}
