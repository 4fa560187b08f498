/** One line under a pragma, as the user wrote it. */
export interface ArcLine {
  /** Without indentation and comment. */
  readonly text: string
  /** Columns before the first word; a tab counts two, as in Architect's lexer. */
  readonly indent: number
  /** Without their quotes. */
  readonly words: readonly string[]
}

/**
 * The lines of each pragma in the text of an app.arc. Read by Architect's own lexical rules, because
 * its parser keeps only the last of repeated settings and lifts mis-indented ones out of their block.
 */
export function readArcLines(raw: string): ReadonlyMap<string, readonly ArcLine[]> {
  const pragmas = new Map<string, ArcLine[]>()
  let lines: ArcLine[] | undefined
  for (const { text, indent, words } of logicalLines(raw)) {
    const [first = ''] = words
    if (text.startsWith('@')) pragmas.set(first.slice(1), (lines = []))
    else if (words.length > 0) lines?.push({ text, indent, words })
  }
  return pragmas
}

/** A quoted word may hold anything, line breaks too; outside of quotes `#` begins a comment. */
function* logicalLines(raw: string): Generator<ArcLine> {
  const token = /(["'`])([\s\S]*?)\1|#[^\r\n]*|\r\n|\r|\n|[ \t]+|@[^\r\n#]*|[^\s#@]+/g
  let line = { text: '', indent: 0, words: [] as string[] }
  for (const [piece, quote, quoted = ''] of raw.matchAll(token)) {
    if (/^[\r\n]/.test(piece)) {
      yield { ...line, text: line.text.trim() }
      line = { text: '', indent: 0, words: [] }
    } else if (/^[ \t]/.test(piece)) {
      if (line.words.length === 0) line.indent += piece.replaceAll('\t', '  ').length
      line.text += piece
    } else if (!piece.startsWith('#')) {
      line.words.push(quote === undefined ? piece.trim() : quoted)
      line.text += piece
    }
  }
  yield { ...line, text: line.text.trim() }
}
