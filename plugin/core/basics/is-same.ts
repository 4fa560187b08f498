import { isRecord } from './is-record.ts'

/** Whether two JSON values are equal; the order of keys means nothing to CloudFormation. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((entry, index) => isSame(entry, b[index]))
  if (!isRecord(a) || !isRecord(b)) return a === b
  const keys = Object.keys(a)
  const isAsLarge = keys.length === Object.keys(b).length
  return isAsLarge && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
}
