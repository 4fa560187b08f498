import { readdirSync, realpathSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'

import { isBelow, lookAt, unreadable } from './look-at.ts'

/** A regular file below a folder. */
export interface FoundFile {
  /** Relative to the walked folder, posix, by the names that lead to it. */
  readonly path: string
  /** Absolute, without links. */
  readonly file: string
  /** Where that is from the folder in `within` that has it, posix, when a link leads there. */
  readonly leadsTo?: string
  readonly size: number
  readonly executable: boolean
}

/** A name below a folder that is no file to be packed. */
export interface PassedOver {
  /** As in `FoundFile`; `.` for the folder itself. */
  readonly path: string
  /** What follows the path in a sentence: `is a link to nothing (../gone)`. */
  readonly reason: string
}

/** All that is below a folder. */
export interface FolderContent {
  /** Sorted by path. */
  readonly files: readonly FoundFile[]
  /** Left out, as nothing could read them: links to nothing, loops of links, sockets. */
  readonly passedOver: readonly PassedOver[]
  /** What has to be mended before the folder can be packed. */
  readonly faults: readonly PassedOver[]
}

export interface WalkOptions {
  /** Folders that links may lead into. */
  readonly within: readonly string[]
  /** Paths, as in `FoundFile`, that are not looked at, nor what is below them. */
  readonly skip?: (path: string) => boolean
}

/**
 * Reads a folder as a zip of it would have it: every name, hidden ones too, with links followed.
 * Links that lead out of `within` are faults, and no folder is looked at again below itself. By
 * synchronous calls, which take a tenth of the processor time; other work gets its turn in between.
 * Never throws for what is on the disk.
 */
export async function walkFolder(directory: string, options: WalkOptions): Promise<FolderContent> {
  const real = realPath(directory)
  const roots = [...options.within.map(realPath), real]
  const files: FoundFile[] = []
  const passedOver: PassedOver[] = []
  const faults: PassedOver[] = []
  let lastBreath = performance.now()
  const fromRoot = (file: string): string | undefined => {
    const root = roots.find((each) => isBelow(each, file))
    return root && relative(root, file).split(sep).join('/')
  }

  /** @param above the real folders that lead here */
  const walk = async (path: string, folder: string, above: readonly string[]): Promise<void> => {
    if (performance.now() - lastBreath > 20) {
      await breathe()
      lastBreath = performance.now()
    }
    const folders: { readonly path: string; readonly folder: string }[] = []
    for (const entry of entriesOf(folder, path, faults)) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`
      if (options.skip?.(inner) === true) continue
      const isLink = entry.isSymbolicLink()
      const seen = lookAt(folder + sep + entry.name, isLink)
      if (seen.kind === 'fault') faults.push({ path: inner, reason: seen.reason })
      else if (seen.kind === 'nothing') passedOver.push({ path: inner, reason: seen.reason })
      else if (isLink && !roots.some((root) => isBelow(root, seen.real)))
        faults.push({ path: inner, reason: `is a link that leads out, to ${seen.real}` })
      else if (seen.kind === 'file') {
        const { real: file, size, executable } = seen
        const leadsTo =
          file === real + sep + inner.replaceAll('/', sep) ? undefined : fromRoot(file)
        files.push({ path: inner, file, ...(leadsTo && { leadsTo }), size, executable })
      } else if (above.includes(seen.real) || seen.real === folder)
        passedOver.push({ path: inner, reason: 'is a link to a folder that it is in' })
      else folders.push({ path: inner, folder: seen.real })
    }
    for (const inner of folders) await walk(inner.path, inner.folder, [...above, folder])
  }
  await walk('', real, [])
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), passedOver, faults }
}

function entriesOf(folder: string, path: string, faults: PassedOver[]) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    faults.push({ path: path === '' ? '.' : path, reason: unreadable(error) })
    return []
  }
}

/** What is not there is said when it is read. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
