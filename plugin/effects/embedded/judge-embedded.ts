import { isBuiltin } from 'node:module'

import { packageOf } from '../../core/bundle/externals.ts'
import { basePackages } from '../../core/walk/base-packages.ts'
import { loadOf } from '../../core/walk/loads-whole.ts'
import { refusal } from '../../core/walk/refusal.ts'
import type { ShippedTree } from '../../core/walk/shipped-tree.ts'
import { walkImage } from '../../core/walk/walk-image.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { Problem } from '../../errors.ts'
import type { BuildInput, JudgeOptions } from '../../ports/image-builder.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Definition } from '../dependencies/definition.ts'
import { fingerprintOf } from '../dependencies/dependency-fingerprint.ts'
import { areObtained } from '../unpacked/obtain-packages.ts'
import { layeredTree } from '../walk/layered-tree.ts'
import { judgeWalk } from '../walk/judge-walk.ts'
import { rememberEdges } from './known-edges.ts'
import { installJudged, readOwnRecord, type MakeOptions } from './make-dependencies.ts'
import { neededScripts } from './needed-scripts.ts'
import { claimedDependencies } from './provide-dependencies.ts'

type Judged = Pick<BuildInput, 'image' | 'bundle'>

/**
 * Walks what an embedded image will ship. Packages are installed for it only when what the bundle
 * loads of them was not seen to load before.
 * @returns what should be said to the user
 * @throws ContainerImageError MODULE_MISSING, MODULE_UNLOADABLE, INSTALL_SCRIPT_NEEDED, and what
 * installing throws
 */
export async function judgeEmbedded(
  { image, bundle }: Judged,
  options: JudgeOptions & {
    readonly definition: Definition
    readonly cacheDirectory: string
    readonly progress: Progress
  },
): Promise<readonly string[]> {
  const { definition } = options
  const base = belowPackages(image)
  const installs = (name: string): boolean => mayInstall(definition, image, name)
  const alone = layeredTree(bundle.files, (name) => (installs(name) ? 'unknown' : base(name)))
  const remembered = await rememberEdges(image, bundle, options.cacheDirectory)
  const first = walkImage(alone, image, isBuiltin, remembered.edges)
  await remembered.close()
  const shipped = { image, bundle, builder: 'embedded' } as const
  const early = await judgeWalk(shipped, alone, first)
  throwAny(early.problems)
  if (definition.empty) return early.notes

  const fingerprint = await fingerprintOf(image, definition)
  const { cacheDirectory, progress } = options
  const make = { image, definition, fingerprint, cacheDirectory, progress }
  const loads = first.outside.filter(({ specifier }) => installs(packageOf(specifier) ?? specifier))
  if (await isKnown(loads.map(loadOf), make, options)) return early.notes
  if (!options.mayInstall && !(await areObtained(make))) {
    const unknown = `Image '${image.name}': what its packages load is not known before they are installed, which a deploy does.`
    return [...early.notes, unknown]
  }
  const installed = await installJudged(make)
  const tree = layeredTree([...installed.entries, ...bundle.files], base)
  const walked = walkImage(tree, image, isBuiltin, remembered.edges)
  const scripts = neededScripts(installed, tree, walked, image)
  const late = await judgeWalk(shipped, tree, walked, scripts.byPackage)
  throwAny([...late.problems, ...scripts.problems])
  return late.notes
}

function throwAny(problems: readonly Problem[]): void {
  const error = refusal(problems)
  if (error !== undefined) throw error
}

/** What base and Lambda layers bring; nobody has looked into a layer by now. */
function belowPackages({ base, nodeVersion, layers }: PlannedImage): ShippedTree['unlisted'] {
  const known = basePackages(base, nodeVersion)
  if (layers === undefined) return known
  return (name) => (known(name) === 'absent' ? 'unknown' : known(name))
}

/** Whether a package may be among those that are installed, as far as its lockfile says. */
function mayInstall(
  { empty, direct, optionalDirect, lockfile }: Definition,
  image: PlannedImage,
  name: string,
): boolean {
  if (empty || image.settings.omit.includes(name)) return false
  if (direct.includes(name) || optionalDirect.includes(name)) return true
  return lockfile === undefined || lockfile.packages.some((locked) => locked.name === name)
}

/** Whether all that a bundle loads of the packages was seen to load, here or by who made the layer. */
async function isKnown(
  loads: readonly string[],
  make: MakeOptions,
  { findRepository }: JudgeOptions,
): Promise<boolean> {
  const covers = (known: readonly string[] | undefined): boolean =>
    loads.every((load) => known?.includes(load) ?? false)
  if (covers((await readOwnRecord(make))?.loads)) return true
  const repository = await findRepository()
  const claimed = repository && (await claimedDependencies(repository, make))
  return covers(claimed?.loads)
}
