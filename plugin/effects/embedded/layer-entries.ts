import { posix } from 'node:path'

import type { InstalledPackage } from '../../core/natives/installed-tree.ts'
import { linkedPrograms, withMendedLine } from '../../core/natives/linked-programs.ts'
import type { LockedPackage } from '../../core/natives/locked-packages.ts'
import type { ImageLink, LayerEntry } from '../layer/layer-entry.ts'
import { readSource } from '../layer/read-source.ts'
import type { ObtainedPackages } from '../unpacked/obtained-packages.ts'

/**
 * What packages are in a layer: their files and links, and what npm does for their programs, however
 * they were obtained.
 * @param locked packages whose programs are linked
 */
export function layerEntries(
  packages: readonly InstalledPackage[],
  sourceOf: ObtainedPackages['sourceOf'],
  locked: readonly LockedPackage[],
): readonly LayerEntry[] {
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
    const mended = isProgram ? mendedProgram(source) : undefined
    if (mended) entries.push({ path, executable, source: { kind: 'bytes', bytes: mended } })
    else if (source.kind === 'part') entries.push({ path, executable, source })
    else entries.push({ path, executable, source })
  }
  return entries
}

/** Only a script has such a line; a program of many megabytes is not read whole. */
function mendedProgram(source: ReturnType<ObtainedPackages['sourceOf']>): Buffer | undefined {
  const isMeant = withMendedLine(Buffer.from(readSource(source, 2048))) !== undefined
  return isMeant ? withMendedLine(Buffer.from(readSource(source))) : undefined
}
