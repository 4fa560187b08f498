import { accessSync, constants, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, isAbsolute, relative, sep } from 'node:path'

/** What a name in a folder stands for. */
type Seen =
  | {
      readonly kind: 'file'
      /** Absolute, without links. */
      readonly real: string
      readonly size: number
      readonly executable: boolean
    }
  | { readonly kind: 'folder'; readonly real: string }
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'fault'; readonly reason: string }

/**
 * What a name stands for, links followed to their end.
 * @param place absolute; only its last part may be a link
 */
export function lookAt(place: string, isLink: boolean): Seen {
  try {
    const real = isLink ? realpathSync(place) : place
    const found = statSync(real)
    if (found.isDirectory()) return { kind: 'folder', real }
    if (!found.isFile()) return { kind: 'nothing', reason: 'is neither a file nor a folder' }
    if ((found.mode & 0o444) !== 0o444) accessSync(real, constants.R_OK)
    return { kind: 'file', real, size: found.size, executable: (found.mode & 0o100) !== 0 }
  } catch (error) {
    const code = errorCode(error)
    if (isLink && (code === 'ENOENT' || code === 'ENOTDIR'))
      return { kind: 'nothing', reason: `is a link to nothing (${readlinkSync(place)})` }
    if (isLink && code === 'ELOOP')
      return { kind: 'nothing', reason: 'is a link that leads back to itself' }
    // Node reads a name as UTF-8 and puts U+FFFD where it cannot; no file is found by that.
    if (code === 'ENOENT' && basename(place).includes('\u{FFFD}'))
      return { kind: 'fault', reason: 'has a name that is not UTF-8. Rename it' }
    return { kind: 'fault', reason: unreadable(error) }
  }
}

/** `cannot be read (EACCES)`, to follow a path. */
export function unreadable(error: unknown): string {
  return `cannot be read (${errorCode(error) ?? String(error)})`
}

/** Whether `path` is `folder` or below it; both absolute, without links. */
export function isBelow(folder: string, path: string): boolean {
  const inner = relative(folder, path)
  return !isAbsolute(inner) && inner !== '..' && !inner.startsWith(`..${sep}`)
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
