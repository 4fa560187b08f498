import type { Edit } from './stable-names.ts'

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** By the character's code. */
const valueOf: readonly number[] = Array.from({ length: 128 }, (_, code) =>
  Math.max(0, digits.indexOf(String.fromCharCode(code))),
)

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

/** Most segments stay as they are; of each only the first number is read. */
function shiftLine(line: string, lineStart: number, edits: readonly Edit[]): string {
  const parts: string[] = []
  let [column, done, next] = [0, 0, 0]
  let edit = edits[next]
  for (
    let at = 0;
    edit !== undefined && at < line.length;
    at = line.indexOf(',', at) + 1 || line.length
  ) {
    let digit = valueOf[line.charCodeAt(at)] ?? 0
    let end = at + 1
    let bits = digit & 31
    for (let factor = 32; digit >= 32; factor *= 32) {
      digit = valueOf[line.charCodeAt(end++)] ?? 0
      bits += (digit & 31) * factor
    }
    const value = bits % 2 === 1 ? -(bits - 1) / 2 : bits / 2
    column += value
    let delta = 0
    for (; edit && edit.start - lineStart < column; edit = edits[++next])
      delta += edit.text.length - edit.length
    if (delta === 0) continue
    parts.push(line.slice(done, at), writeNumber(value + delta))
    done = end
  }
  return parts.join('') + line.slice(done)
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
