import { wrapWords } from './wrap-words.ts'

/**
 * Columns as wide as their longest cell, as far as `width` allows: the widest is wrapped between
 * words, never within one, so that names and digests can be copied. Columns in `right` (numbers,
 * sizes) are aligned to the right and never wrapped.
 */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
  width = 80,
): string {
  const lines = [head, ...rows]
  const widths = fittingWidths(lines, right, width)
  return lines.flatMap((cells) => formatRow(cells, widths, right)).join('\n')
}

/** The widths of the columns, the widest cut until all fit or no word could be parted any more. */
function fittingWidths(
  lines: readonly (readonly string[])[],
  right: readonly number[],
  width: number,
): readonly number[] {
  const [head = []] = lines
  const widest = (measure: (cell: string) => number): number[] =>
    head.map((_, column) => Math.max(...lines.map((cells) => measure(cells[column] ?? ''))))
  const widths = widest((cell) => cell.length)
  const longestWords = widest((cell) => Math.max(...cell.split(' ').map((word) => word.length)))
  const room = width - 2 * (head.length - 1)
  for (;;) {
    const tooMuch = widths.reduce((sum, each) => sum + each, 0) - room
    if (tooMuch <= 0) return widths
    const slack = widths.map((each, column) =>
      right.includes(column) ? 0 : each - (longestWords[column] ?? 0),
    )
    const most = Math.max(...slack)
    if (most <= 0) return widths
    const column = slack.indexOf(most)
    widths[column] = (widths[column] ?? 0) - Math.min(most, tooMuch)
  }
}

function formatRow(
  cells: readonly string[],
  widths: readonly number[],
  right: readonly number[],
): readonly string[] {
  const wrapped = cells.map((cell, column) =>
    right.includes(column) ? [cell] : wrapWords(cell.split(' '), widths[column] ?? 0),
  )
  const height = Math.max(...wrapped.map((parts) => parts.length))
  return Array.from({ length: height }, (_, line) =>
    widths
      .map((each, column) => {
        const part = wrapped[column]?.[line] ?? ''
        return right.includes(column) ? part.padStart(each) : part.padEnd(each)
      })
      .join('  ')
      .trimEnd(),
  )
}
