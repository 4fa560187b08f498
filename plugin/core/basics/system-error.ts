import { ContainerImageError } from '../../errors.ts'

/** Where the operating system refused: absent parts are not known. */
export interface SystemErrorPlace {
  readonly image?: string
  /** `bundling`, `verifying`: what was being done. */
  readonly step?: string
}

/** What to do, by the operating system's name of the error. */
const cures: Readonly<Record<string, string>> = {
  EACCES: 'This user may not do that: change the permissions of the file or of its folders.',
  EBUSY: 'Another program is using it: close that program and deploy again.',
  EDQUOT: "This user's quota of the disk is used up: free some space.",
  EEXIST: 'A file is where a folder is expected: move it away.',
  EINVAL: "The disk's file system cannot do that, or the name is not one it can hold.",
  EIO: 'The disk reports a fault: look into the log of the system.',
  EISDIR: 'A folder is where a file is expected: move it away.',
  ELOOP: 'Its links lead in a circle: correct them.',
  EMFILE: "This process may not open more files: raise the limit ('ulimit -n').",
  ENAMETOOLONG: 'The file system cannot hold a name or path of that length: shorten it.',
  ENFILE: "The system may not open more files: raise its limit ('sysctl fs.file-max').",
  ENOENT: 'It is not there, or is a link to something that is not: restore it, or remove the link.',
  ENOMEM: 'The machine has no memory left: close other programs.',
  ENOSPC:
    'The disk is full: free some space, or keep the cache elsewhere (ARC_CONTAINER_IMAGES_CACHE).',
  ENOTDIR: 'A file is where a folder is expected: move it away.',
  EPERM: 'The system does not allow that, even to its owner: look at its attributes and mounts.',
  EROFS: 'The disk is mounted read-only: choose a place that can be written.',
  EXDEV: 'The two paths are on different disks, between which nothing can be moved.',
}

interface SystemError extends Error {
  readonly code: string
  readonly syscall?: unknown
  readonly path?: unknown
  readonly dest?: unknown
}

/**
 * An error of the operating system about a file, in the user's terms: what was being done for which
 * image, the path, what the system said and what helps. Any other value is returned as it is.
 */
export function explainSystemError(
  error: unknown,
  { image, step }: SystemErrorPlace = {},
): unknown {
  if (!isSystemError(error)) return error
  const { code, syscall, path, dest } = error
  const doing = [image === undefined ? [] : `image '${image}'`, step ?? []].flat().join(', ')
  const what = [syscall, path, typeof dest === 'string' ? `to ${dest}` : undefined]
  const seen = what.filter((part) => typeof part === 'string').join(' ')
  return new ContainerImageError(
    'FILE_SYSTEM_FAILED',
    `${doing === '' ? '' : `${doing}: `}${code}: ${seen || error.message}. ${cures[code]}`,
    { cause: error },
  )
}

/** Of the operating system about a file, and one that we know what to do about. */
export function isSystemError(error: unknown): error is SystemError {
  if (!(error instanceof Error) || error instanceof ContainerImageError) return false
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' && Object.hasOwn(cures, code)
}
