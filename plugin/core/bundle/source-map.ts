import type { Edit } from './stable-names.ts'

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/**
 * Moves the generated columns of a source map's `mappings` behind edits of the generated text.
 * Only the first field of the segment after an edit changes, as columns are relative
 * (https://tc39.es/ecma426/#sec-mappings).
 */
export function shiftMappings(mappings: string, generated: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return mappings
  const lines = mappings.split(';')
  let lineStart = 0
  let next = 0
  for (const [number, line] of lines.entries()) {
    const newline = generated.indexOf('\n', lineStart)
    const lineEnd = newline === -1 ? generated.length : newline
    const own: Edit[] = []
    for (let edit = edits[next]; edit && edit.start < lineEnd; edit = edits[++next]) own.push(edit)
    if (own.length > 0) lines[number] = shiftLine(line, lineStart, own)
    lineStart = lineEnd + 1
  }
  return lines.join(';')
}

function shiftLine(line: string, lineStart: number, edits: readonly Edit[]): string {
  let column = 0
  let next = 0
  return line
    .split(',')
    .map((segment) => {
      if (segment === '') return segment
      const { value, length } = readNumber(segment)
      column += value
      let delta = 0
      for (let edit = edits[next]; edit; edit = edits[next]) {
        if (edit.start - lineStart >= column) break
        delta += edit.text.length - edit.length
        next++
      }
      return delta === 0 ? segment : writeNumber(value + delta) + segment.slice(length)
    })
    .join(',')
}

/** A base64 VLQ number at the start of a segment. */
function readNumber(segment: string): { value: number; length: number } {
  let bits = 0
  let shift = 0
  let length = 0
  for (;;) {
    const digit = digits.indexOf(segment[length++] ?? 'A')
    bits += (digit & 31) * 2 ** shift
    shift += 5
    if (digit < 32) break
  }
  const magnitude = Math.floor(bits / 2)
  return { value: bits % 2 === 1 ? -magnitude : magnitude, length }
}

function writeNumber(value: number): string {
  let rest = value < 0 ? -value * 2 + 1 : value * 2
  let text = ''
  do {
    const digit = rest % 32
    rest = Math.floor(rest / 32)
    text += digits[rest > 0 ? digit + 32 : digit]
  } while (rest > 0)
  return text
}
