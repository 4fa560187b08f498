import { isRecord, recordOf } from '../../core/basics/is-record.ts'
import type { ArchitectApp } from '../../core/arc/architect-app.ts'
import type { ImageFunction } from '../../core/model.ts'
import { emptyFolderOf } from './empty-folder.ts'
import { filterInventory } from './filter-inventory.ts'
import { findHydrate } from './find-hydrate.ts'

/**
 * Keeps Architect from installing packages for zips that nobody uses: its hydrate, which runs later
 * in the same process, is handed an inventory without the functions that went into images. All other
 * functions get what they get without this. Where another hydrate runs than the one found here, it
 * installs as ever, which costs time only.
 * @param inventory Architect's own
 */
export function skipInstalls(
  functions: readonly ImageFunction[],
  app: ArchitectApp,
  inventory: unknown,
): void {
  const hydrate = findHydrate(app.directory)
  if (hydrate === undefined || Object.isFrozen(hydrate)) return
  const flagged = new Set(functions.map(({ pragma, name }) => `${pragma} ${name}`))
  const isInImage = (pragma: string, name: string): boolean => flagged.has(`${pragma} ${name}`)
  // Functions may share a folder: one that stays a zip keeps it installed.
  const zipped = app.functions.filter(({ pragma, name }) => !isInImage(pragma, name))
  const ofZips = new Set(zipped.map(({ source }) => source))
  const skipped = new Set(functions.map(({ sourceDirectory }) => sourceDirectory))
  const filtered = filterInventory(
    inventory,
    (folder) => ofZips.has(folder) || !skipped.has(folder),
  )
  const own = asHydrateReadsIt(filtered)
  const installs = installsSomewhere(filtered)
  const idle = !installs && !hasSharedCode(filtered)
  // Else it reads every folder of the app and of its packages for manifests, to use none of them.
  const place = installs ? {} : { basepath: emptyFolderOf(app.directory) }
  const install = hydrate.install
  hydrate.install = (options, callback) => {
    if (options['inventory'] !== undefined) return install(options, callback)
    if (!idle) return install({ ...place, ...options, inventory: own }, callback)
    // Where nothing is to be hydrated, looking for it would be most of the work.
    return typeof callback === 'function' ? callback() : Promise.resolve()
  }
}

/** Into a function's folder, or into Architect's own function for static files. */
function installsSomewhere(inventory: Readonly<Record<string, unknown>>): boolean {
  const { lambdaSrcDirs, http } = recordOf(inventory['inv'])
  const isProxy = (route: unknown): boolean => recordOf(route)['arcStaticAssetProxy'] === true
  return (
    (Array.isArray(lambdaSrcDirs) && lambdaSrcDirs.length > 0) ||
    (Array.isArray(http) && http.some(isProxy))
  )
}

/** Which hydrate gives packages of its own, and copies into functions' folders. */
function hasSharedCode(inventory: Readonly<Record<string, unknown>>): boolean {
  const { shared, views } = recordOf(inventory['inv'])
  return isRecord(shared) || isRecord(views)
}

/** Hydrate reads an inventory of its own, which knows no stage and so installs for this machine. */
function asHydrateReadsIt(inventory: Readonly<Record<string, unknown>>) {
  const inv = isRecord(inventory['inv']) ? inventory['inv'] : {}
  const arc = isRecord(inv['_arc']) ? inv['_arc'] : {}
  return { ...inventory, inv: { ...inv, _arc: { ...arc, deployStage: null } } }
}
