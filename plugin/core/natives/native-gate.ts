import type { Problem } from '../../errors.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import { type NeededLibraries, newestNeeded } from './needed-libraries.ts'
import type { InstalledFile, InstalledPackage, InstalledTree } from './installed-tree.ts'
import { fitsPlatform, nameAndVersion } from './locked-packages.ts'
import { judgePackage, type Fault } from './judge-package.ts'
import { judgeMissing, judgeSiblings, missingOptional } from './judge-siblings.ts'
import { fits, glibcOf, isLoadable, libstdcxxOf, loadedNatives } from './native-variants.ts'
import { createPackageGraph } from './package-graph.ts'
import type { LeftOut, NativeTarget } from './native-target.ts'

/** A package may bring GNU's C++ library itself; whose its natives then load is not known here. */
const ownCxx = /\/libstdc\+\+\.so(?:\.\d+)*$/

/** What may go into the layer, and what must be said about it. */
export interface NativeVerdict extends NeededLibraries {
  readonly problems: readonly Problem[]
  /** Packages and their files that go into the layer. */
  readonly packages: readonly InstalledPackage[]
  readonly leftOut: readonly LeftOut[]
  /** Packages whose install scripts did not run, which mostly is harmless. */
  readonly scriptsNotRun: readonly string[]
}

/**
 * Judges an install by its files; nothing of it was run. What npm would do without when it cannot be
 * built (an optional dependency, with what needs it) is left out; everything else is a problem.
 */
export function checkNatives(tree: InstalledTree, target: NativeTarget): NativeVerdict {
  const graph = createPackageGraph(tree)
  const omit = new Set(target.omit)
  const passedOver = new Map((target.passedOver ?? []).map((locked) => [locked.place, locked]))
  const isNamed = ({ name }: { readonly name: string }) => omit.has(name)
  const isOmitted = (one: InstalledPackage) => isNamed(one) || passedOver.has(one.path)
  const wanted = graph.reachable()
  const needed = graph.reachable(isOmitted, 'needed')
  const kept = graph.reachable(isOmitted)
  const judged = tree.packages.filter(
    ({ path }) => !passedOver.has(path) && (!wanted.has(path) || kept.has(path)),
  )
  const asked = graph.askedFor(judged)
  // npm does without what it cannot build, and never notices files that are for others.
  const isTolerated = ({ path }: InstalledPackage, { reason }: Fault) =>
    wanted.has(path) && !(reason === 'files for other platforms' ? asked : needed).has(path)

  const faults = new Map<string, Fault>()
  const judge = (of: (installed: InstalledPackage) => Fault | undefined): void => {
    for (const installed of judged) {
      const fault = faults.has(installed.path) ? undefined : of(installed)
      if (fault !== undefined) faults.set(installed.path, fault)
    }
  }
  judge((installed) => judgeMissing(installed, graph, target))
  judge((installed) => judgePackage(installed, graph, target))
  judge((installed) => judgeSiblings(installed, graph, target, faults))

  const tolerated = judged.filter((installed) => {
    const fault = faults.get(installed.path)
    return fault !== undefined && isTolerated(installed, fault)
  })
  const unbuilt = graph.withDependants(tolerated.map(({ path }) => path))
  const left = graph.reachable((it) => isOmitted(it) || unbuilt.has(it.path))
  const stays = ({ path }: InstalledPackage) =>
    !passedOver.has(path) && (!wanted.has(path) || left.has(path))
  const fetched = new Set(tree.packages.map(({ path }) => path))
  const notFetched = [...passedOver.values()].filter(
    (locked) => !fetched.has(locked.place) && fitsPlatform(locked, target.architecture),
  )
  const staying = tree.packages.filter(stays)
  const packages = staying.map((installed) => withoutForeign(installed, target.architecture))
  const loaded = packages.flatMap(
    ({ files }) => loadedNatives(files.filter(isLoadable), target.node).files,
  )
  const glibc = newestNeeded(loaded, glibcOf)
  const libstdcxx = packages.some(({ files }) => files.some(({ path }) => ownCxx.test(path)))
    ? undefined
    : newestNeeded(loaded, libstdcxxOf)
  const messages = [
    ...target.omit.flatMap((name) => checkOmit(name, tree, target)),
    ...staying.flatMap(({ path }) => faults.get(path)?.message ?? []),
    ...missingOptional(
      { path: '', name: '', optionalDependencies: tree.optionalDirect },
      graph,
      target,
    ),
  ]
  return {
    problems: messages.map((message) => ({ code: 'DEPENDENCIES_UNFIT', message })),
    packages,
    leftOut: [
      ...notFetched.map((locked): LeftOut => ({
        package: nameAndVersion(locked),
        reason: isNamed(locked) ? 'omitted' : 'only needed by packages left out',
      })),
      ...tree.packages
        .filter((installed) => !stays(installed))
        .map((installed) => leftOut(installed, reasonFor(installed))),
      ...staying.flatMap((installed, index) => {
        const bytes = sizeOf(installed.files) - sizeOf(packages[index]?.files ?? [])
        return bytes === 0 ? [] : [leftOut(installed, 'files for other platforms', bytes)]
      }),
    ],
    ...(glibc !== undefined && { glibc }),
    ...(libstdcxx !== undefined && { libstdcxx }),
    scriptsNotRun: staying
      .filter(({ scripts, compiled }) => scripts.length > 0 || compiled)
      .map(({ name, version }) => `${name}@${version}`),
  }

  function reasonFor(installed: InstalledPackage): LeftOut['reason'] {
    if (isNamed(installed)) return 'omitted'
    return faults.get(installed.path)?.reason ?? 'only needed by packages left out'
  }
}

function leftOut(
  { name, version, files }: InstalledPackage,
  reason: LeftOut['reason'],
  bytes = sizeOf(files),
): LeftOut {
  return { package: `${name}@${version}`, reason, bytes }
}

/** Files for other systems only take room; those for musl go where glibc's are beside them. */
function withoutForeign(
  installed: InstalledPackage,
  architecture: LambdaArchitecture,
): InstalledPackage {
  const files = installed.files.filter(
    (file) => file.binary === undefined || fits(file, architecture),
  )
  return { ...installed, files }
}

function checkOmit(name: string, tree: InstalledTree, { image, locked }: NativeTarget): string[] {
  // A package for the other architecture is in the lockfile alone.
  if ([...tree.packages, ...locked].some((known) => known.name === name)) return []
  return [
    `omit of image '${image}' names ${name}, which none of its dependencies brings in. ` +
      'Remove it, or correct the name.',
  ]
}

function sizeOf(files: readonly InstalledFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0)
}
