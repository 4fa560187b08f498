import type { Binary } from '../natives/binary.ts'
import { checkLibraries } from '../natives/base-libraries.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'

/** A native file among those of a folder. */
export interface NativeFile {
  /** Posix, relative to the folder. */
  readonly path: string
  readonly binary: Binary
}

/**
 * What of a folder's native files cannot run on the function's platform. A file for another platform
 * is no fault where the same package, or the app's own code, has one of its name that fits: what
 * loads them chooses.
 * @returns a clause for each, to follow its path
 */
export function foreignNatives(
  files: readonly NativeFile[],
  { architecture, base }: { readonly architecture: LambdaArchitecture; readonly base: string },
): { readonly path: string; readonly reason: string }[] {
  const fits = ({ binary }: NativeFile): boolean =>
    binary.format === 'elf' && binary.machine === architecture && binary.libc !== 'musl'
  const owners = Map.groupBy(files, ({ path }) => ownerOf(path))
  return files.flatMap((file) => {
    const { path, binary } = file
    if (fits(file)) {
      if (binary.format !== 'elf') return []
      const { glibc, libstdcxx } = binary
      const [problem] = checkLibraries(
        {
          ...(glibc !== undefined && { glibc: { version: glibc, file: path } }),
          ...(libstdcxx !== undefined && { libstdcxx: { version: libstdcxx, file: path } }),
        },
        base,
      ).problems
      return problem === undefined ? [] : [{ path, reason: problem.message.slice(path.length + 1) }]
    }
    const siblings = owners.get(ownerOf(path)) ?? []
    const chosen = siblings.some((other) => fits(other) && nameOf(other.path) === nameOf(path))
    if (chosen) return []
    const cpu = architecture === 'arm64' ? 'arm64' : 'x64'
    return [
      {
        path,
        reason: `is for ${platformOf(binary)}, and the function runs on linux/${cpu} with glibc`,
      },
    ]
  })
}

/** The innermost package of a path; nothing for the app's own files. */
function ownerOf(path: string): string {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? ''
}

/** `sharp-linux-arm64.node` and `sharp-darwin-x64.node` are one thing for two platforms. */
function nameOf(path: string): string {
  const name = path.split('/').at(-1) ?? ''
  return name
    .toLowerCase()
    .replaceAll(
      /(?:^|[-._+])(?:linux|darwin|macos|win32|windows|musl|gnu|glibc|libc|arm64|aarch64|armv8|x64|x86_64|amd64|ia32|abi\d+)(?=[-._+]|$)/g,
      '',
    )
}

function platformOf(binary: Binary): string {
  if (binary.format !== 'elf') return binary.format === 'pe' ? 'Windows' : 'macOS'
  const machine = binary.machine === 'other' ? 'another machine' : binary.machine
  return `Linux on ${machine}${binary.libc === 'musl' ? ' with musl' : ''}`
}
