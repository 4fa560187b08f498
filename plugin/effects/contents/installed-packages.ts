import { textOf } from '../../core/basics/is-record.ts'
import type { PackedPackage } from '../../core/contents/image-contents.ts'
import { licenseOf } from '../../core/contents/license-of.ts'
import type { InstalledPackage } from '../../core/natives/installed-tree.ts'
import type { LockedPackage } from '../../core/natives/locked-packages.ts'
import { createPackageGraph } from '../../core/natives/package-graph.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { Progress } from '../../ports/progress.ts'
import { fingerprintOf } from '../dependencies/dependency-fingerprint.ts'
import { settleDefinition } from '../dependencies/settle-definition.ts'
import { installJudged } from '../embedded/make-dependencies.ts'
import type { LayerEntry } from '../layer/layer-entry.ts'
import { readManifest } from './read-manifest.ts'

/** The packages of an image's layer, and those that the image itself asks for. */
export interface InstalledPackages {
  readonly packages: readonly PackedPackage[]
  readonly direct: readonly string[]
}

/**
 * The packages that the layer of an image gets, as a deploy chooses them: without what `omit` names
 * and what is for other platforms.
 * @throws ContainerImageError what installing throws
 */
export async function installedPackages(
  image: PlannedImage,
  options: { readonly cacheDirectory: string; readonly progress: Progress },
): Promise<InstalledPackages> {
  const definition = await settleDefinition(image)
  if (definition.empty) return { packages: [], direct: [] }
  const fingerprint = await fingerprintOf(image, definition)
  const { tree, verdict, entries } = await installJudged({
    image,
    definition,
    fingerprint,
    ...options,
  })
  const graph = createPackageGraph(tree)
  const packed = new Set(verdict.packages.map(({ path }) => path))
  const resolve = (from: string, names: readonly string[]): readonly string[] =>
    names.flatMap((name) => {
      const found = graph.resolve(from, name)?.path
      return found !== undefined && packed.has(found) ? [found] : []
    })
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  const locked = definition.lockfile?.packages ?? []
  const packages = verdict.packages.map((installed): PackedPackage => {
    const { path, version, dependencies, optionalDependencies, optionalPeers } = installed
    const manifest = readManifest(fileOf(byPath.get(`var/task/${path}/package.json`)))
    const license = manifest && licenseOf(manifest)
    const lock = findLocked(installed, locked)
    return {
      id: path,
      name: nameOf(lock, manifest) ?? installed.name,
      version,
      ...(license !== undefined && { license }),
      how: 'installed',
      place: `var/task/${path}`,
      bytes: installed.files.reduce((sum, { size }) => sum + size, 0),
      ...(lock !== undefined && { source: lock.source }),
      needs: resolve(path, [...dependencies, ...optionalDependencies, ...optionalPeers]),
    }
  })
  return {
    packages,
    direct: resolve('', [...tree.direct, ...tree.optionalDirect]),
  }
}

/** npm names the place of a package in its lockfile; pnpm the package, which is the same anywhere. */
function findLocked(
  { path, name, version }: InstalledPackage,
  locked: readonly LockedPackage[],
): LockedPackage | undefined {
  return (
    locked.find(({ place }) => place === path) ??
    locked.find((one) => one.name === name && one.version === version)
  )
}

/** The lockfile's word counts for what a registry has; a folder of the app's own names itself. */
function nameOf(
  lock: LockedPackage | undefined,
  manifest: Readonly<Record<string, unknown>> | undefined,
): string | undefined {
  const own = textOf(manifest?.['name']) || undefined
  return lock?.source.kind === 'local' ? own : (lock?.registryName ?? own)
}

function fileOf(entry: LayerEntry | undefined) {
  return entry !== undefined && 'executable' in entry ? entry : undefined
}
