import type { AnyNode } from 'acorn'

import { collectEdges } from '../edges/collect-edges.ts'
import type { FileEdges } from '../edges/edge.ts'
import { hasHints } from '../script/hints.ts'
import type { KnownValues } from '../script/known-values.ts'
import { parseSource } from '../script/parse-source.ts'
import type { PieceMemory } from '../pieces/script-piece.ts'
import { joinPieces, splitScript } from '../pieces/split-script.ts'

/**
 * Edges of a JavaScript file, each once with the greatest necessity.
 * @param memory what is known of parts of the file; they decide what has to be parsed, and nothing else
 */
export function readEdges(known: KnownValues, memory?: PieceMemory): FileEdges {
  const none = { edges: [], syntax: 'as expected', awaits: false } as const
  const { text, isModule } = known
  if (!hasHints(text)) return none
  const script = memory && !isModule ? readScript(text, memory) : undefined
  if (script !== undefined) return { ...none, ...collectEdges(script, known) }
  const whole = parseSource(text, isModule ? 'module' : 'script')
  if (whole !== undefined) return { ...none, ...collectEdges(whole, known) }
  const isOther = !isModule && parseSource(text, 'module') !== undefined
  return { ...none, syntax: isOther ? 'es module' : 'unknown' }
}

/** A script's statements, as far as they matter; nothing where it cannot be read in pieces. */
function readScript(text: string, { before, keep }: PieceMemory): AnyNode | undefined {
  const pieces = splitScript(text, before) ?? splitScript(text, [])
  const program = pieces && joinPieces(pieces)
  if (program !== undefined) keep(pieces?.map(({ piece }) => piece) ?? [])
  return program
}
