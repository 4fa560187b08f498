import { credentialName, isEnvironmentFile, isPrivateKey } from '../../core/folder/credentials.ts'
import { isLfsPointer } from '../../core/folder/lfs-pointer.ts'
import { hashFiles } from '../folder/hash-files.ts'
import type { FoundFile, PassedOver } from '../folder/walk-folder.ts'
import type { InputFile } from './input-file.ts'

/** Files of a `file:` package, each read once. */
interface SortedFiles {
  readonly files: readonly InputFile[]
  /** What stays out and should be said. */
  readonly leftOut: readonly PassedOver[]
  readonly faults: readonly PassedOver[]
}

/**
 * Takes credentials out of what npm would pack: npm publishes whatever it is not told to leave out.
 * @param named paths that `files` of the package's own package.json names
 * @throws ContainerImageError FILE_CHANGED, FILES_UNFIT
 */
export async function withoutCredentials(
  packed: readonly FoundFile[],
  named: ReadonlySet<string>,
): Promise<SortedFiles> {
  const leftOut: PassedOver[] = []
  const faults: PassedOver[] = []
  const wanted = packed.filter((file) => {
    const { path } = file
    const credential = named.has(path) ? undefined : credentialName(file)
    if (credential !== undefined) leftOut.push({ path, reason: credential })
    else if (isEnvironmentFile(file) && !named.has(path)) faults.push({ path, reason: question })
    else return true
    return false
  })
  const keys = new Set<string>()
  const hashes = await hashFiles(wanted, (index, beginning) => {
    const path = wanted[index]?.path ?? ''
    if (!named.has(path) && isPrivateKey(path, beginning)) keys.add(path)
    else if (isLfsPointer(beginning)) faults.push({ path, reason: lfs })
  })
  leftOut.push(...[...keys].map((path) => ({ path, reason: 'is a private key' })))
  const files = wanted.flatMap((file, index) => {
    const sha256 = hashes[index]
    return keys.has(file.path) || sha256 === undefined ? [] : [{ ...file, sha256 }]
  })
  return { files, leftOut, faults }
}

const question =
  "may hold secrets of yours or values that the code reads. Name it in 'files' of that package.json " +
  'to pack it, or in a .npmignore there to leave it out'
const lfs = "is a pointer of Git LFS, not the file. Run 'git lfs pull'"
