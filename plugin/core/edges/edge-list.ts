import type { AnyNode } from 'acorn'

import { type Edge, isCovered, type Necessity } from './edge.ts'

/** Edges of one file, each once with the greatest necessity. */
export interface EdgeList {
  /** @param specifier what the text says; `undefined`: it does not */
  readonly add: (
    node: AnyNode,
    mode: Edge['mode'],
    specifier: string | undefined,
    how: Necessity,
  ) => void
  readonly all: () => Edge[]
}

export function edgeList(text: string): EdgeList {
  const edges = new Map<string, Edge>()
  return {
    add(node, mode, specifier, how) {
      if (specifier === undefined) return
      const key = `${mode} ${specifier}`
      if (isCovered(edges.get(key)?.necessity, how)) return
      edges.set(key, { mode, specifier, necessity: how, line: lineAt(text, node.start) })
    },
    all: () => [...edges.values()],
  }
}

function lineAt(text: string, position: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1))
    line++
  return line
}
