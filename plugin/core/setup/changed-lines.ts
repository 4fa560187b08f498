import type { FileChange } from '../file-change.ts'

/** More lines than these are told by their number. */
const longest = 20

/** What changes in a file, as people know it from diffs, with one line before and after. */
export function formatChange({ path, before, after }: FileChange): string {
  const now = linesOf(after)
  if (before === undefined) {
    const shown = now.length > longest ? [`(${now.length} lines)`] : now
    return [`${path} (new)`, ...shown.map((line) => `  + ${line}`)].join('\n')
  }
  const was = linesOf(before)
  const start = commonLength(was, now)
  const end = commonLength(was.slice(start).toReversed(), now.slice(start).toReversed())
  const gone = was.slice(start, was.length - end).map((line) => `  - ${line}`)
  const come = now.slice(start, now.length - end).map((line) => `  + ${line}`)
  if (gone.length + come.length > longest)
    return `${path}\n  - (${gone.length} lines)\n  + (${come.length} lines)`
  const rows = [
    ...was.slice(Math.max(0, start - 1), start).map((line) => `    ${line}`),
    ...gone,
    ...come,
    ...was
      .slice(was.length - end)
      .slice(0, 1)
      .map((line) => `    ${line}`),
  ]
  return [`${path}:${start + 1}`, ...rows].map((row) => row.trimEnd()).join('\n')
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/)
}

function commonLength(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((line, index) => line !== other[index])
  return Math.min(differs === -1 ? one.length : differs, other.length)
}
