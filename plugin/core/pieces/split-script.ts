import { hash } from 'node:crypto'
import type { AnyNode } from 'acorn'

import { moveBy } from '../script/move-by.ts'
import { readPieces } from './read-pieces.ts'
import { openScope } from '../script/scope.ts'
import type { PlacedPiece, ScriptPiece } from './script-piece.ts'
import { make } from './trimming.ts'

/** How many pieces may be gone before the next one that is found again. */
const farthest = 32
/** How often the beginning of a piece may be met without being that piece. */
const tries = 8

/**
 * The pieces of a script: those that are known are found by their text, what is between them is
 * parsed. By induction from the beginning each of them begins where a statement does, as what is
 * before it was parsed to its end, or is known to end there whatever follows.
 * @returns `undefined` where that cannot be shown
 */
export function splitScript(
  text: string,
  known: readonly ScriptPiece[],
): PlacedPiece[] | undefined {
  const placed: PlacedPiece[] = []
  let [at, next] = [0, 0]
  while (at < text.length) {
    const found = findPiece(text, at, known, next)
    const end = found?.at ?? text.length
    const isStrict = placed[0]?.piece.isStrict ?? false
    if (end > at) {
      const about = { isFirst: placed.length === 0, isStrict, isLast: found === undefined }
      const read = readPieces(text.slice(at, end), about)
      if (read === undefined) return undefined
      for (const one of read) placed.push({ ...one, at: one.at + at })
    }
    if (found === undefined) break
    const [first = found] = placed
    const fits = found.piece.isFirst
      ? found.at === 0
      : placed.length > 0 && found.piece.isStrict === first.piece.isStrict
    if (!fits) return undefined
    placed.push(found)
    at = found.at + found.piece.length
    next = known.indexOf(found.piece) + 1
  }
  return placed
}

function findPiece(
  text: string,
  from: number,
  known: readonly ScriptPiece[],
  next: number,
): PlacedPiece | undefined {
  for (const piece of known.slice(next, next + farthest)) {
    const { head, length, sha256, isComplete } = piece
    let at = isComplete ? text.indexOf(head, from) : -1
    for (let tried = 0; at !== -1 && tried < tries; tried++) {
      if (hash('sha256', text.slice(at, at + length), 'hex') === sha256) return { piece, at }
      at = text.indexOf(head, at + 1)
    }
  }
  return undefined
}

/** @returns `undefined` where two pieces declare what only one may */
export function joinPieces(placed: readonly PlacedPiece[]): AnyNode | undefined {
  const parts = placed.map(({ piece, at }) => {
    const statements: AnyNode[] = JSON.parse(piece.statements)
    // Most pieces are where they were.
    const moved = at - piece.origin
    if (moved !== 0) for (const statement of statements) moveBy(moved, statement)
    return { statements, lexical: piece.lexical }
  })
  const once = new Set(parts.flatMap(({ lexical }) => lexical))
  const isTwice = parts.some(({ statements, lexical }) => {
    if (once.size === 0) return false
    const { names } = openScope(make('Program', { body: statements }), [], undefined)
    return [...names.keys()].some((name) => once.has(name) && !lexical.includes(name))
  })
  const all = parts.reduce((sum, { lexical }) => sum + lexical.length, 0)
  if (isTwice || all > once.size) return undefined
  return make('Program', { body: parts.flatMap(({ statements }) => statements) })
}
