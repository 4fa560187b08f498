/** One line under a pragma, as the user wrote it. */
export interface ArcLine {
  /** Without indentation and comment. */
  readonly text: string
  /** Columns before the first word; a tab counts two, as in Architect's lexer. */
  readonly indent: number
  /** Without their quotes. */
  readonly words: readonly string[]
  /** In the file, from 1; absent where the manifest is no app.arc. */
  readonly line?: number
  /** For messages: `app.arc:12`, or the manifest's name alone. */
  readonly place?: string
}

/** A pragma where it is written. */
export interface ArcPragma {
  readonly name: string
  readonly line: number
  readonly lines: readonly ArcLine[]
}

/**
 * The pragmas in the text of an app.arc. Read by the rules of Architect's own lexer
 * (`@architect/parser` 8, `src/lexer`), because its parser keeps only the last of repeated settings and lifts mis-indented ones out of their block.
 */
export function readArcPragmas(raw: string): readonly ArcPragma[] {
  const pragmas: (ArcPragma & { readonly lines: ArcLine[] })[] = []
  for (const found of logicalLines(raw)) {
    const [first = ''] = found.words
    if (found.text.startsWith('@'))
      pragmas.push({ name: first.slice(1), line: found.line, lines: [] })
    else if (found.words.length > 0) pragmas.at(-1)?.lines.push(found)
  }
  return pragmas
}

/** The lines of each pragma. */
export function readArcLines(raw: string): ReadonlyMap<string, readonly ArcLine[]> {
  return new Map(readArcPragmas(raw).map(({ name, lines }) => [name, lines]))
}

/** A quoted word may hold anything, line breaks too; outside of quotes `#` begins a comment. */
function* logicalLines(raw: string): Generator<ArcLine & { readonly line: number }> {
  const token = /(["'`])([\s\S]*?)\1|#[^\r\n]*|\r\n|\r|\n|[ \t]+|@[^\r\n#]*|[^\s#@]+/g
  let line = { text: '', indent: 0, words: [] as string[], line: 1 }
  let breaks = 0
  for (const [piece, quote, quoted = ''] of raw.matchAll(token)) {
    breaks += piece.match(/\r\n|\r|\n/g)?.length ?? 0
    if (/^[\r\n]/.test(piece)) {
      yield { ...line, text: line.text.trim() }
      line = { text: '', indent: 0, words: [], line: breaks + 1 }
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
