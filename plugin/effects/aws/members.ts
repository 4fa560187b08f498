import { isRecord } from '../../core/basics/is-record.ts'

type Entry = Readonly<Record<string, unknown>>

/** A list of the query protocol, in each of the shapes that its XML is parsed to. */
export function membersOf(list: unknown): readonly Entry[] {
  const inner = isRecord(list) && 'member' in list ? list['member'] : list
  return (Array.isArray(inner) ? inner : [inner]).filter(isRecord)
}

/** The same of a list of texts. */
export function memberTexts(list: unknown): readonly string[] {
  const inner = isRecord(list) && 'member' in list ? list['member'] : list
  return (Array.isArray(inner) ? inner : [inner]).filter((text) => typeof text === 'string')
}

/** Text as it is; the client's parser makes numbers and dates of some. */
export function fieldOf(entry: Entry, name: string): string {
  const value = entry[name]
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
