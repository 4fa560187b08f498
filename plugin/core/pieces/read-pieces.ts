import { hash } from 'node:crypto'
import type { AnyNode } from 'acorn'

import { hintsIn } from '../script/hints.ts'
import { parseSource } from '../script/parse-source.ts'
import { hasAny } from '../script/positions.ts'
import { namesOf } from '../script/scope.ts'
import type { PlacedPiece } from './script-piece.ts'
import { trimTree } from './trim-tree.ts'

/** What is known of a part of a script beside its text. */
export interface PartOfScript {
  readonly isFirst: boolean
  /** By the directives at the script's beginning, if this is not it. */
  readonly isStrict: boolean
  /** Nothing follows. */
  readonly isLast: boolean
}

/** Statements shorter than that share a piece. */
const smallest = 4096
const headLength = 80
const directive = '"use strict";'

/**
 * Reads a part of a script that begins where a statement does.
 * @returns `undefined` where it is not for certain that it is the same on its own as in the script
 */
export function readPieces(part: string, about: PartOfScript): PlacedPiece[] | undefined {
  const { isFirst, isLast } = about
  const before = !isFirst && about.isStrict ? directive : ''
  const text = before + part
  const program = parseSource(text, 'script', isFirst)
  if (program === undefined) return undefined
  const statements: readonly AnyNode[] = program.body.slice(before === '' ? 0 : 1)
  const [first] = statements
  const last = statements.at(-1)
  const isKnownStart = isFirst || !mayBeComment(text.slice(0, first?.start))
  const isKnownEnd = isLast || (isComplete(last, text) && !endsInComment(text.slice(last?.end)))
  if (!isKnownStart || !isKnownEnd) return undefined

  const isStrict = isFirst ? statements.some(isUseStrict) : about.isStrict
  const hints = hintsIn(text)
  const pieces: PlacedPiece[] = []
  let waiting: AnyNode[] = []
  let start = before.length
  for (const statement of statements) {
    waiting.push(statement)
    const { end } = statement
    const ends = isComplete(statement, text)
    if (statement !== last && !(ends && end - start >= smallest)) continue
    const own = text.slice(start, end)
    const trimmed = trimTree(waiting, (node) => hasAny(hints, node))
    pieces.push({
      at: start - before.length,
      // Copied, as V8 keeps a whole text in memory for each part of it that is kept.
      piece: structuredClone({
        head: own.slice(0, headLength),
        length: own.length,
        sha256: hash('sha256', own, 'hex'),
        statements: JSON.stringify(trimmed),
        origin: start,
        lexical: waiting.flatMap(lexicalNames),
        isFirst: isFirst && pieces.length === 0,
        isStrict,
        isComplete: ends,
      }),
    })
    waiting = []
    start = end
  }
  return pieces
}

/** Whether a statement ends where it does, and what follows means what it does alone. */
function isComplete(node: AnyNode | undefined, text: string): boolean {
  if (node === undefined) return true
  const { type, end } = node
  const isDeclared = type === 'FunctionDeclaration' || type === 'ClassDeclaration'
  return isDeclared || (text[end - 1] === ';' && !isDirective(node))
}

function isDirective(node: AnyNode): boolean {
  return node.type === 'ExpressionStatement' && typeof node.directive === 'string'
}

/** `-->` is a comment at the beginning of a line or script, and else none. */
function mayBeComment(before: string): boolean {
  return before.includes('-->')
}

/** What follows on the same line could belong to it. */
function endsInComment(after: string): boolean {
  return /\/\/|--|#!/.test(after.slice(after.lastIndexOf('\n') + 1))
}

function isUseStrict(node: AnyNode): boolean {
  return node.type === 'ExpressionStatement' && node.directive === 'use strict'
}

/** What a statement declares for the whole script, and nobody else may. */
function lexicalNames(node: AnyNode): string[] {
  if (node.type === 'ClassDeclaration') return node.id ? [node.id.name] : []
  if (node.type !== 'VariableDeclaration' || node.kind === 'var') return []
  return node.declarations.flatMap(({ id }) => namesOf(id))
}
