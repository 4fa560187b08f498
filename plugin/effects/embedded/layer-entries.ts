import { posix } from 'node:path'

import type { InstalledPackage } from '../../core/natives/installed-tree.ts'
import { linkedPrograms, withMendedLine } from '../../core/natives/linked-programs.ts'
import type { LockedPackage } from '../../core/natives/locked-packages.ts'
import { fileBytes } from '../cache/file-bytes.ts'
import type { ImageLink, LayerEntry } from '../layer/layer-writer.ts'
import type { ObtainedPackages } from '../unpacked/obtain-packages.ts'

/**
 * What packages are in a layer: their files and links, and what npm does for their programs, however
 * they were obtained.
 * @param locked packages whose programs are linked
 */
export async function layerEntries(
  packages: readonly InstalledPackage[],
  sourceOf: ObtainedPackages['sourceOf'],
  locked: readonly LockedPackage[],
): Promise<readonly LayerEntry[]> {
  const { links, programs } = linkedPrograms(packages, locked)
  const all = [...packages.flatMap((one) => one.links), ...links]
  const entries: LayerEntry[] = all.map(({ path, target }): ImageLink => ({
    path: `var/task/${path}`,
    source: { kind: 'symlink', target: posix.normalize(target) },
  }))
  for (const file of packages.flatMap(({ files }) => files)) {
    const path = `var/task/${file.path}`
    const source = sourceOf(file)
    const isProgram = programs.has(file.path)
    const executable = file.executable || isProgram
    const mended = isProgram && (await mendedProgram(source))
    if (mended) entries.push({ path, executable, source: { kind: 'bytes', bytes: mended } })
    else if (source.kind === 'part') entries.push({ path, executable, source })
    else entries.push({ path, executable, source })
  }
  return entries
}

/** Only a script has such a line; a program of many megabytes is not read whole. */
async function mendedProgram(
  source: ReturnType<ObtainedPackages['sourceOf']>,
): Promise<Buffer | undefined> {
  const whole = { offset: source.kind === 'part' ? source.offset : 0, size: source.size }
  const head = await readPart(source.file, { ...whole, size: Math.min(2048, whole.size) })
  if (withMendedLine(head) === undefined) return undefined
  return withMendedLine(await readPart(source.file, whole))
}

async function readPart(
  file: string,
  part: { readonly offset: number; readonly size: number },
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of fileBytes(file, undefined, part)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
