import { join } from 'node:path'

import { foreignNatives } from '../../core/folder/foreign-natives.ts'
import { credentialName, isEnvironmentFile, isPrivateKey } from '../../core/folder/credentials.ts'
import { mayBeNative } from '../../core/natives/binary.ts'
import { fitsPlatform } from '../../core/natives/locked-packages.ts'
import { isWhiteout } from '../../core/folder/whiteout.ts'
import { isLfsPointer } from '../../core/folder/lfs-pointer.ts'
import { textsOf } from '../../core/basics/is-record.ts'
import { packagePathOf } from '../../core/bundle/package-paths.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import { readJson } from './read-json.ts'
import { hashFiles } from './hash-files.ts'
import { readBinary } from './read-binary.ts'
import type { FoundFile, PassedOver } from './walk-folder.ts'

/** Files of a folder, ready for an image. */
export interface PackedFolder {
  readonly files: readonly ImageFile[]
  /** What stays out and should be said. */
  readonly leftOut: readonly PassedOver[]
  /** What has to be mended before any of it is packed. */
  readonly faults: readonly PassedOver[]
}

export interface PackOptions {
  readonly image: Pick<PlannedImage, 'architecture' | 'base'>
  /** Where they go, from the image's root: `var/task/http/get-index`. */
  readonly place: string
  /** Paths that are packed whatever their names and contents, as the user has named them. */
  readonly named?: ReadonlySet<string>
}

/**
 * Reads files once and makes them files of an image, by content: private keys stay out, pointers of
 * Git LFS and native files of another platform are faults.
 * @throws ContainerImageError FILE_CHANGED, FILES_UNFIT
 */
export async function packFiles(
  found: readonly FoundFile[],
  { image, place, named = new Set() }: PackOptions,
): Promise<PackedFolder> {
  const leftOut: PassedOver[] = []
  const faults: PassedOver[] = []
  const wanted = found.filter((file) => {
    const { path } = file
    const isNamed = named.has(path)
    const credential = isNamed ? undefined : credentialName(file)
    if (isWhiteout(path)) faults.push({ path, reason: takesAway })
    else if (credential !== undefined) leftOut.push({ path, reason: credential })
    else if (!isNamed && isEnvironmentFile(file))
      faults.push({ path, reason: askAboutEnvironment(file) })
    else return true
    return false
  })
  const keys = new Set<string>()
  const natives: FoundFile[] = []
  const hashes = await hashFiles(wanted, (index, beginning) => {
    const file = wanted[index]
    if (file === undefined) return
    const { path } = file
    if (!named.has(path) && isPrivateKey(path, beginning)) keys.add(path)
    else if (isLfsPointer(beginning))
      faults.push({ path, reason: "is a pointer of Git LFS, not the file. Run 'git lfs pull'" })
    else if (isElf(beginning) || mayBeNative(path, file.executable)) natives.push(file)
  })
  faults.push(...(await judgeNatives(natives, image)))
  leftOut.push(...[...keys].map((path) => ({ path, reason: 'is a private key' })))
  const files = wanted.flatMap(({ path, file, size, executable }, index): ImageFile[] => {
    const sha256 = hashes[index]
    if (keys.has(path) || sha256 === undefined) return []
    const source = { kind: 'file', file, size, sha256 } as const
    return [{ path: `${place}/${path}`, source, executable }]
  })
  return { files, leftOut, faults }
}

const takesAway =
  "begins with '.wh.', by which a layer of an image takes a file away. Rename it, or 'exclude' it"

function askAboutEnvironment({ path, leadsTo }: FoundFile): string {
  const link = leadsTo === undefined ? '' : `is a link to ${leadsTo} and `
  return `${link}may hold secrets of yours or values that the code reads. Write 'include ${path}' to pack it, or 'exclude ${path}'`
}

/** A program or a library of ELF; objects for a linker are no more than data here. */
function isElf(beginning: Buffer): boolean {
  if (beginning.length < 18 || beginning.readUInt32BE(0) !== 0x7f454c46) return false
  return [2, 3].includes(beginning.readUInt16LE(16))
}

/** What a package says of itself to be for other platforms is there for them only. */
async function judgeNatives(
  files: readonly FoundFile[],
  image: PackOptions['image'],
): Promise<PassedOver[]> {
  const natives = await Promise.all(
    files.map(async ({ path, file }) => {
      const binary = await readBinary(file)
      return binary === undefined ? [] : [{ path, binary }]
    }),
  )
  const judged = await Promise.all(
    foreignNatives(natives.flat(), image).map(async (fault) => {
      const owner = packagePathOf(fault.path)
      if (owner === undefined) return [fault]
      const real = files.find(({ path }) => path === fault.path)?.file ?? ''
      const folder = real.slice(0, owner.length - fault.path.length)
      const manifest = await readJson(join(folder, 'package.json'))
      const [os, cpu, libc] = ['os', 'cpu', 'libc'].map((field) => textsOf(manifest?.[field]))
      const platform = {
        name: owner,
        ...(os && { os }),
        ...(cpu && { cpu }),
        ...(libc && { libc }),
      }
      if (!fitsPlatform(platform, image.architecture)) return []
      return [
        {
          ...fault,
          reason: `${fault.reason}. Put the package into the image's package.json, which is installed for it`,
        },
      ]
    }),
  )
  return judged.flat()
}
