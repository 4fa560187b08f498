import { NotThisWay, type TarEntry } from './npm-parts.ts'
import type { WholeBlocks } from './whole-blocks.ts'

/** A file of a tarball, and where its content is among that of the others. */
export interface TakenFile {
  /** Relative to the package. */
  readonly path: string
  readonly offset: number
  readonly size: number
  readonly executable: boolean
  /** What of it can be copied as the tarball has it compressed. */
  readonly blocks?: WholeBlocks
}

/**
 * Takes the entries of a package's tarball as npm unpacks them: files only, without the folder that
 * they are in, and `.gitignore` as `.npmignore` where there is none. Of a path that is there twice
 * the last content counts, with the mode of the first.
 * @param write is given all content in the order of the entries
 * @param programs paths that are executable whatever their entry says
 */
export function createEntryTaker(
  write: (chunk: Uint8Array) => void,
  programs: ReadonlySet<string>,
): {
  readonly take: (entry: TarEntry) => void
  /** @throws NotThisWay for paths that a tree cannot have */
  readonly files: () => readonly TakenFile[]
} {
  const taken = new Map<string, TakenFile>()
  const ignores = new Set<string>()
  const odd: string[] = []
  let offset = 0
  return {
    take(entry) {
      const path = pathOf(entry, ignores)
      if (path === undefined) {
        entry.resume()
        return
      }
      if (!isPlain(path)) odd.push(path)
      const executable = ((entry.mode ?? 0) & 0o111) !== 0 || programs.has(path)
      const first = taken.get(path)
      taken.set(path, {
        path,
        offset,
        size: entry.size,
        executable: first?.executable ?? executable,
      })
      offset += entry.size
      entry.on('data', write)
    },
    files() {
      const folders = [...taken.keys()].flatMap((path) => foldersOf(path))
      const both = folders.find((folder) => taken.has(folder))
      if (odd.length > 0 || both !== undefined)
        throw new NotThisWay(`an archive has ${odd[0] ?? `a file and a folder ${both}`}`)
      return [...taken.values()]
    },
  }
}

/** @returns undefined for what npm leaves out */
function pathOf({ path, type }: TarEntry, ignores: Set<string>): string | undefined {
  if (!type.endsWith('File')) return undefined
  const name = path.slice(path.lastIndexOf('/') + 1)
  let own = path
  if (name === '.npmignore') ignores.add(path)
  if (name === '.gitignore') {
    own = path.replace(/\.gitignore$/, '.npmignore')
    if (ignores.has(own)) return undefined
  }
  const [, ...parts] = own.split('/')
  const rest = parts.filter((part) => part !== '' && part !== '.').join('/')
  return rest === '' ? undefined : rest
}

function isPlain(path: string): boolean {
  return !path.includes('\\') && !path.split('/').includes('..')
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}
