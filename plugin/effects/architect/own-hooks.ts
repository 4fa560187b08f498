import { isRecord } from '../../core/basics/is-record.ts'
import type { AwsInventory } from '../aws/client.ts'

/** A plugin's hook as inventory keeps it: the plugin's own function. */
export interface Hook {
  (input: Readonly<Record<string, unknown>>): unknown
}

/** Known in every copy of this package: the command line need not be the one that is deployed with. */
const mark = Symbol.for('arc-plugin-container-images')

/** Marks hooks as ours, whatever name the app gives this plugin under `@plugins`. */
export function markOwn<Hooks extends Readonly<Record<string, object>>>(hooks: Hooks): Hooks {
  for (const hook of Object.values(hooks)) Object.assign(hook, { [mark]: true })
  return hooks
}

export function isOwn(hook: Hook): boolean {
  return Object.hasOwn(hook, mark)
}

/** The hooks of one kind, ours among them, in the order of `@plugins`. */
export function deployHooks(inventory: AwsInventory, kind: 'start' | 'services'): readonly Hook[] {
  let place: unknown = inventory.inv
  for (const key of ['plugins', '_methods', 'deploy', kind])
    place = isRecord(place) ? place[key] : undefined
  return Array.isArray(place) ? place.filter(isHook) : []
}

function isHook(value: unknown): value is Hook {
  return typeof value === 'function'
}
