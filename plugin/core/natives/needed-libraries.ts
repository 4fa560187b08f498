import { compareVersions } from './binary.ts'
import type { InstalledFile } from './installed-tree.ts'

/** A version of a library, and the file that needs it. */
export interface NeededVersion {
  readonly version: string
  readonly file: string
}

/** The newest versions that files need which may be loaded; absent where none needs any. */
export interface NeededLibraries {
  readonly glibc?: NeededVersion
  readonly libstdcxx?: NeededVersion
}

/** @param versionOf what one file needs of the library */
export function newestNeeded(
  files: readonly InstalledFile[],
  versionOf: (file: InstalledFile) => string | undefined,
): NeededVersion | undefined {
  return files
    .flatMap((file) => {
      const version = versionOf(file)
      return version === undefined ? [] : [{ version, file: file.path }]
    })
    .toSorted((a, b) => compareVersions(a.version, b.version))
    .at(-1)
}
