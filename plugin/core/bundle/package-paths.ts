/**
 * The innermost package that a file belongs to, as a path: `node_modules/a/node_modules/@b/c`.
 * Nothing for the app's own files, which `@architect/shared` and `views` are too.
 * @param path posix, relative to a function's folder
 */
export function packagePathOf(path: string): string | undefined {
  const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/@.][^/]*(?=\/)/.exec(path)?.[0]
  return found === undefined || copiedCode(packageNameOf(found)) ? undefined : found
}

/** `node_modules/a/node_modules/@b/c` is required as `@b/c`. */
export function packageNameOf(packagePath: string): string {
  return packagePath.slice(packagePath.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

/** Code that Architect copies into a function's `node_modules`. */
interface CopiedCode {
  readonly folder: 'shared' | 'views'
  /** Path in it; absent where the folder itself is imported. */
  readonly rest?: string
}

/** What of it a specifier names; nothing for every other one. */
export function copiedCode(specifier: string): CopiedCode | undefined {
  const [, folder, rest] = /^@architect\/(shared|views)(?:\/(.*))?$/s.exec(specifier) ?? []
  if (folder !== 'shared' && folder !== 'views') return undefined
  return { folder, ...(rest !== undefined && { rest }) }
}

/** Whether code asks where it is, and so finds files beside itself that no bundle has. */
export function looksAround(text: string): boolean {
  return /\b__dirname\b|\b__filename\b|\bimport\.meta\b|\brequire\.resolve\b/.test(text)
}

/** Whether code may load a module as the file that it is, which a bundle does not see. */
export function loadsFiles(text: string): boolean {
  return looksAround(text) || /\b(?:require|import)\s*\(\s*(?!['"][^'"]*['"]\s*\))/.test(text)
}

/**
 * What code imports by name, as far as its text says so; a comment that looks like it counts too.
 * @returns specifiers as they are written, paths left out
 */
export function importedNames(text: string): string[] {
  const found = text.matchAll(
    /\b(?:from|import|require|resolve)\s*\(?\s*(['"`])([^'"`\s./][^'"`\s]*)\1/g,
  )
  return [...found].map(([, , specifier = '']) => specifier)
}
