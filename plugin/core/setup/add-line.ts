import { readArcPragmas } from '../arc-text/arc-lines.ts'

/**
 * The text of an app.arc with one more line under a pragma, and with the pragma where there is none.
 * All else stays as it is to the byte: comments, blank lines, line ends, a byte-order mark.
 */
export function addLine(raw: string, pragma: string, line: string): string {
  const end = raw.includes('\r\n') ? '\r\n' : '\n'
  // Architect's parser keeps the last of two pragmas of one name.
  const own = readArcPragmas(raw).findLast(({ name }) => name === pragma)
  if (own === undefined) {
    const broken = raw === '' || raw.endsWith('\n') ? raw : `${raw}${end}`
    const gap = /(?:^|\n)\r?\n$/.test(broken) || broken === '' ? '' : end
    return `${broken}${gap}@${pragma}${end}${line}${end}`
  }
  const last = own.lines.at(-1)
  const breaks = last?.text.match(/\r\n|\r|\n/g)?.length ?? 0
  const before = (last?.line ?? own.line) + breaks
  const indent = Math.min(...own.lines.map((one) => one.indent))
  const margin = own.lines.length === 0 ? '' : ' '.repeat(indent)
  const lines = raw.split(/(?<=\r\n|\r(?!\n)|\n)/)
  const head = lines.slice(0, before).join('')
  const closed = /[\r\n]$/.test(head) ? head : `${head}${end}`
  return `${closed}${margin}${line}${end}${lines.slice(before).join('')}`
}

/** A word of app.arc, quoted where Architect's lexer would end it or take it for something else. */
export function arcWord(word: string): string {
  if (!/[\s#@"'`]/.test(word)) return word
  return word.includes('"') ? `'${word}'` : `"${word}"`
}
