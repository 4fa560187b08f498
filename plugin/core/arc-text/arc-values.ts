import type { ArcLine } from './arc-lines.ts'
import { isRecord } from '../basics/is-record.ts'

/** The lines that a pragma of arc.json, arc.yaml or package.json would be in an app.arc. */
export function linesOfValues(values: unknown): readonly ArcLine[] {
  if (!Array.isArray(values)) return []
  return values.flatMap((value: unknown) => {
    if (isRecord(value)) return Object.entries(value).flatMap(([name, of]) => linesOf(name, of, 0))
    const [name, of, ...more]: readonly unknown[] = Array.isArray(value) ? value : [value]
    return isRecord(of) && more.length === 0
      ? linesOf(String(name), of, 0)
      : linesOf(String(name), Array.isArray(value) ? value.slice(1) : [], 0)
  })
}

function linesOf(name: string, value: unknown, indent: number): readonly ArcLine[] {
  const records = (Array.isArray(value) ? value : [value]).filter(isRecord)
  if (records.length > 0) {
    const settings = records.flatMap((record) => Object.entries(record))
    return [line([name], indent), ...settings.flatMap(([key, of]) => linesOf(key, of, indent + 2))]
  }
  return [line([name, ...(Array.isArray(value) ? value.flat() : [value]).map(String)], indent)]
}

function line(words: readonly string[], indent: number): ArcLine {
  return { text: words.join(' '), indent, words }
}
