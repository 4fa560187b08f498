import type { LambdaArchitecture } from '../../oci/platform.ts'
import { compareVersions } from './binary.ts'
import type { InstalledFile } from './installed-tree.ts'

/** `process.versions.modules` by Node's major version. */
const abis: Readonly<Record<number, string>> = { 18: '108', 20: '115', 22: '127', 24: '137' }
/** Systems whose files are ELF for the same machines. */
const forOther =
  /(?:^|[-._/+])(?:(?:linux)?musl(?:eabihf)?|(?:free|open|net)bsd|android|sunos)(?=[-._/+]|$)/
/** `build/linux/x64/node/glibc-127-Release/addon.node`, as cmake-ts has it. */
const cmakeTs = /^(.*\/node\/)(?:[a-z]+-)?\d+(?:-[A-Za-z]+)?\/([^/]+\.node)$/

/** What may be loaded of files that are the same for other versions and C libraries. */
export interface LoadedNatives {
  readonly files: readonly InstalledFile[]
  /** ABIs that files are for when none is for the Node that is wanted. */
  readonly foreignAbis: readonly string[]
}

/** Whether Lambda's Node can load a file, by its head and, where that says nothing, by its name. */
export function fits({ binary, path }: InstalledFile, architecture: LambdaArchitecture): boolean {
  if (binary?.format !== 'elf' || binary.machine !== architecture) return false
  if (binary.libc === 'none') return !forOther.test(path.slice(path.lastIndexOf('node_modules/')))
  return binary.libc === 'glibc'
}

/** Whether a file is native and more than what a package's own tests carry, which is never loaded. */
export function isLoadable({ path, binary }: InstalledFile): boolean {
  return binary !== undefined && !/\/(?:tests?|__tests__|fixtures|examples?)\//.test(path)
}

/**
 * The files of a package that its loader takes, out of those that fit the machine.
 *
 * node-gyp-build looks into `build/Release` first, else takes the file whose tags match best;
 * the loader of cmake-ts goes on with the next file when one cannot be loaded.
 */
export function loadedNatives(candidates: readonly InstalledFile[], node: number): LoadedNatives {
  const built = candidates.some(({ path }) => path.includes('/build/Release/'))
  const considered = candidates.filter(({ path }) => !built || !path.includes('/prebuilds/'))
  const groups = Map.groupBy(considered, groupOf)
  const chosen = [...groups].map(([, files]) => chooseFile(files, node))
  const files = chosen.flatMap((file) => (file === undefined ? [] : [file]))
  const foreign = considered.flatMap(({ path }) => tagsOf(path).abi ?? [])
  return { files, foreignAbis: files.length > 0 ? [] : [...new Set(foreign)] }
}

interface Tags {
  readonly abi?: string
  readonly napi: boolean
  /** How many tags a name has: the more, the better it matches. */
  readonly count: number
}

const tag = /^(?:node|electron|node-webkit|napi|abi\d+|uv\d+|armv\d+|glibc|musl)$/

/** Tags as prebuildify writes them: `node.abi115.glibc.node`, `bcrypt.musl.node`. */
function tagsOf(path: string): Tags {
  const words = wordsOf(path).filter((word) => tag.test(word))
  const abi = words.find((word) => word.startsWith('abi'))?.slice('abi'.length)
  return {
    ...(abi !== undefined && { abi }),
    napi: words.includes('napi'),
    count: words.length,
  }
}

function wordsOf(path: string): string[] {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.node$/, '')
    .split('.')
}

function groupOf({ path }: InstalledFile): string {
  const [, folder, name] = cmakeTs.exec(path) ?? []
  if (folder !== undefined) return `${folder}*/${name}`
  if (!path.endsWith('.node')) return path
  const own = wordsOf(path).filter((word) => !tag.test(word))
  return `${path.slice(0, path.lastIndexOf('/'))}/${own.join('.')}`
}

function chooseFile(files: readonly InstalledFile[], node: number): InstalledFile | undefined {
  const [first] = files
  if (first !== undefined && cmakeTs.test(first.path)) return files.toSorted(byGlibc)[0]
  const wanted = abis[node]
  return files
    .map((file) => ({ file, tags: tagsOf(file.path) }))
    .filter(({ file }) => !/\b(?:electron|node-webkit)\b/.test(wordsOf(file.path).join(' ')))
    .filter(({ tags: { abi, napi } }) => abi === undefined || napi || (wanted ?? abi) === abi)
    .toSorted(
      (a, b) =>
        Number(b.tags.abi !== undefined) - Number(a.tags.abi !== undefined) ||
        b.tags.count - a.tags.count,
    )[0]?.file
}

function byGlibc(a: InstalledFile, b: InstalledFile): number {
  return compareVersions(glibcOf(a) ?? '0', glibcOf(b) ?? '0')
}

/** The newest version of glibc that a file needs. */
export function glibcOf({ binary }: InstalledFile): string | undefined {
  return binary?.format === 'elf' ? binary.glibc : undefined
}

/** The same of GNU's C++ library. */
export function libstdcxxOf({ binary }: InstalledFile): string | undefined {
  return binary?.format === 'elf' ? binary.libstdcxx : undefined
}
