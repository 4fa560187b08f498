import { isRecord } from '../../core/basics/is-record.ts'
import type { ArchitectApp } from '../../core/arc/architect-app.ts'
import type { ImageFunction } from '../../core/model.ts'
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
  const isInImage = (pragma: string, name: string): boolean =>
    functions.some((one) => one.pragma === pragma && one.name === name)
  // Functions may share a folder: one that stays a zip keeps it installed.
  const zipped = app.functions.filter(({ pragma, name }) => !isInImage(pragma, name))
  const ofZips = new Set(zipped.map(({ source }) => source))
  const skipped = new Set(functions.map(({ sourceDirectory }) => sourceDirectory))
  const filtered = filterInventory(
    inventory,
    (folder) => ofZips.has(folder) || !skipped.has(folder),
  )
  const install = hydrate.install
  hydrate.install = (options, callback) =>
    install({ ...options, inventory: options['inventory'] ?? asHydrateReadsIt(filtered) }, callback)
}

/** Hydrate reads an inventory of its own, which knows no stage and so installs for this machine. */
function asHydrateReadsIt(inventory: Readonly<Record<string, unknown>>) {
  const inv = isRecord(inventory['inv']) ? inventory['inv'] : {}
  const arc = isRecord(inv['_arc']) ? inv['_arc'] : {}
  return { ...inventory, inv: { ...inv, _arc: { ...arc, deployStage: null } } }
}
