import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { ImageTree } from './image-tree.ts'

/** A package of which nothing native is for the function's machine. */
export interface ForeignNatives {
  /** `@lancedb/lancedb`, without the words that name a platform. */
  readonly name: string
  /** One of its files. */
  readonly path: string
}

/**
 * Packages, with those that only carry the files of one platform for them, whose native files are
 * all for another machine. Files for several machines beside one another are how packages are
 * published, and none of a function's business.
 */
export function foreignNatives(
  tree: ImageTree,
  architecture: LambdaArchitecture,
): readonly ForeignNatives[] {
  const families = new Map<string, { path: string; fits: boolean }>()
  for (const { path, node } of tree.leaves()) {
    if (!isFunctions(path) || !isLoaded(path) || node.program?.format !== 'elf') continue
    const name = familyOf(path)
    if (name === undefined) continue
    const fits = node.program.machine === architecture || families.get(name)?.fits === true
    families.set(name, { path, fits })
  }
  return [...families].flatMap(([name, { path, fits }]) => (fits ? [] : [{ name, path }]))
}

function isFunctions(path: string): boolean {
  return path.startsWith('var/task/') || path.startsWith('opt/')
}

/** What a process loads; programs are in packages for many reasons. */
function isLoaded(path: string): boolean {
  return /\.node$|\.so(?:\.\d+)*$/.test(path)
}

const platformWords = new Set(
  'linux darwin win32 windows macos x64 x86 ia32 arm arm64 armv7 armv6 aarch64 amd64 riscv64 ppc64 ppc64le s390x loong64 gnu gnueabihf glibc musl musleabihf libc msvc 64'.split(
    ' ',
  ),
)

/** `undefined` for what is in no package: nobody can tell what it is for. */
function familyOf(path: string): string | undefined {
  const inside = path.split('/node_modules/').at(-1)
  if (inside === undefined || inside === path) return undefined
  const [scope = '', name = ''] = inside.split('/')
  const words = (text: string): string =>
    text
      .split(/[-_.]/)
      .filter((word) => !platformWords.has(word))
      .join('-')
  return scope.startsWith('@') ? `${scope}/${words(name)}` : words(scope)
}
