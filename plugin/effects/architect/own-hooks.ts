import { isRecord } from '../../core/basics/is-record.ts'
import type { Origins } from '../../core/template/origins.ts'
import type { Template } from '../../core/template/template.ts'
import type { AwsInventory } from '../aws/client.ts'

/** A plugin's hook as inventory keeps it: the plugin's own function. */
export interface Hook {
  (input: Readonly<Record<string, unknown>>): unknown
  /** The plugin's name under `@plugins`; inventory writes it. */
  readonly _plugin?: string
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

/**
 * Who may have changed the template, asked between the plugins above ours and those below.
 * @param template as it is now; a copy is kept
 */
export function originsNow(inventory: AwsInventory, template: Template): Origins {
  const [starts, services] = [deployHooks(inventory, 'start'), deployHooks(inventory, 'services')]
  const own = starts.findIndex(isOwn)
  const sooner = services.slice(0, Math.max(0, services.findIndex(isOwn)))
  const names = (hooks: readonly Hook[]) => [
    ...new Set(hooks.flatMap((hook) => (isOwn(hook) ? [] : (nameOf(hook) ?? [])))),
  ]
  return {
    early: structuredClone(template),
    above: names(starts.slice(0, own + 1)),
    below: names([...starts.slice(own + 1), ...sooner]),
  }
}

/** The plugin after ours whose name has a word, of those that work when the sandbox starts. */
export function laterInSandbox(inventory: AwsInventory, word: string): string | undefined {
  const starts = hooksOf(inventory, 'sandbox', 'start')
  const later = starts.slice(starts.findIndex(isOwn) + 1)
  return later.map(nameOf).find((name) => name?.includes(word))
}

function nameOf({ _plugin: name }: Hook): string | undefined {
  return name
}

/** The hooks of one kind, ours among them, in the order of `@plugins`. */
export function deployHooks(inventory: AwsInventory, kind: 'start' | 'services'): readonly Hook[] {
  return hooksOf(inventory, 'deploy', kind)
}

function hooksOf(inventory: AwsInventory, ...path: readonly string[]): readonly Hook[] {
  let place: unknown = inventory.inv
  for (const key of ['plugins', '_methods', ...path])
    place = isRecord(place) ? place[key] : undefined
  return Array.isArray(place) ? place.filter(isHook) : []
}

export function isHook(value: unknown): value is Hook {
  return typeof value === 'function'
}
