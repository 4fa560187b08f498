import { parse, type Program } from 'acorn'

import { collectEdges } from './collect-edges.ts'
import type { FileEdges } from './edge.ts'
import { hints } from './hints.ts'
import type { KnownValues } from './known-values.ts'

/** Edges of a JavaScript file, each once with the greatest necessity. */
export function readEdges(known: KnownValues): FileEdges {
  const none = { edges: [], syntax: 'as expected', awaits: false } as const
  if (known.text.search(hints) === -1) return none
  const program = parseAs(known.text, known.isModule ? 'module' : 'script')
  if (program !== undefined) return { ...none, ...collectEdges(program, known) }
  const isOther = !known.isModule && parseAs(known.text, 'module') !== undefined
  return { ...none, syntax: isOther ? 'es module' : 'unknown' }
}

function parseAs(text: string, sourceType: 'script' | 'module'): Program | undefined {
  try {
    return parse(text, {
      ecmaVersion: 'latest',
      sourceType,
      allowHashBang: true,
      allowReturnOutsideFunction: sourceType === 'script',
    })
  } catch {
    return undefined
  }
}
