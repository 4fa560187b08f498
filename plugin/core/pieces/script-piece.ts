/** Statements of a script that follow one another, as far as they matter to what it loads. */
export interface ScriptPiece {
  /** How its text begins, by which it is looked for. */
  readonly head: string
  /** Of its text, from the end of what is before to the end of its last statement. */
  readonly length: number
  readonly sha256: string
  /** JSON of its statements as `trimTree` leaves them, with positions as if it began at `origin`. */
  readonly statements: string
  readonly origin: number
  /** Names of its own that nothing else in the script may declare. */
  readonly lexical: readonly string[]
  /** It is at the beginning, where directives are. */
  readonly isFirst: boolean
  readonly isStrict: boolean
  /** Whatever follows, it ends where it ends. */
  readonly isComplete: boolean
}

/** A piece, and where it begins. */
export interface PlacedPiece {
  readonly piece: ScriptPiece
  readonly at: number
}

/** Pieces of an earlier text of a file, or of one like it, in order; and who keeps those of now. */
export interface PieceMemory {
  readonly before: readonly ScriptPiece[]
  readonly keep: (pieces: readonly ScriptPiece[]) => void
}
