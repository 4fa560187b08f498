import { isRecord, recordOf } from '../basics/is-record.ts'

/** What a field of a manifest gives for a name: a path, another package, or a refusal. */
export type Target = string | null | undefined

/**
 * Node's PACKAGE_IMPORTS_EXPORTS_RESOLVE (https://nodejs.org/api/esm.html) for `exports` and
 * `imports`: the exact name, else the pattern with the longest text before its `*`.
 * @returns the target as written, with `*` filled in; `null` and `undefined`: nothing is offered
 */
export function matchExports(
  field: unknown,
  name: string,
  conditions: ReadonlySet<string>,
): Target {
  const map = isMap(field) ? field : name === '.' ? { '.': field } : {}
  if (Object.hasOwn(map, name) && !name.includes('*')) return pick(map[name], conditions)
  const keys = Object.keys(map)
    .filter((key) => key.includes('*'))
    .toSorted((a, b) => b.indexOf('*') - a.indexOf('*') || b.length - a.length)
  for (const key of keys) {
    const [before = '', after = ''] = key.split('*')
    const fits = name.startsWith(before) && name.endsWith(after) && name.length >= key.length
    if (!fits || name === before) continue
    const middle = name.slice(before.length, name.length - after.length)
    return pick(map[key], conditions)?.replaceAll('*', middle)
  }
  return undefined
}

/** A map by subpath or `#name`; one by condition, a list or a string stands for `.` alone. */
function isMap(field: unknown): field is Readonly<Record<string, unknown>> {
  if (!isRecord(field)) return false
  return Object.keys(field).some((key) => /^[.#]/.test(key))
}

function pick(target: unknown, conditions: ReadonlySet<string>): Target {
  if (typeof target === 'string' || target === null) return target
  if (Array.isArray(target)) {
    const found = target.map((each) => pick(each, conditions))
    return found.find((each) => typeof each === 'string') ?? found.at(-1)
  }
  for (const [condition, inner] of Object.entries(recordOf(target))) {
    if (condition !== 'default' && !conditions.has(condition)) continue
    const found = pick(inner, conditions)
    if (found !== undefined) return found
  }
  return undefined
}
