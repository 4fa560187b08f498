import type { AnyNode } from 'acorn'

import { edgeList } from './edge-list.ts'
import { type FileEdges, isCovered, type Necessity, weaker } from './edge.ts'
import { hintsIn } from '../script/hints.ts'
import type { KnownValues } from '../script/known-values.ts'
import { hasAny } from '../script/positions.ts'
import type { Given } from '../script/require-function.ts'
import { type FunctionNode, openScope, type Scope } from '../script/scope.ts'
import { visitNode } from './visit-node.ts'
import type { Place } from './visitor.ts'

/** A function that was met, and where. */
interface Waiting {
  readonly node: FunctionNode
  readonly scope: Scope
}

/**
 * Follows what a file does as it is loaded, without running it: from its statements into the
 * functions that they call. What is left after that may be called later.
 */
export function collectEdges(
  program: AnyNode,
  known: KnownValues,
): Pick<FileEdges, 'edges' | 'awaits'> {
  const edges = edgeList(known.text)
  const visited = new Map<FunctionNode, Necessity>()
  const waiting: Waiting[] = []
  const named = new Map<FunctionNode, { readonly name: string; readonly scope: Scope }>()
  const calls = new Map<FunctionNode, number>()
  const top = { left: false }
  let awaits = false

  const visitor = {
    known,
    add: edges.add,
    visit: (node: AnyNode, place: Place) => visitNode(node, place, visitor),
    invoke,
    meet(node: FunctionNode, scope: Scope, name?: string) {
      if (name !== undefined) named.set(node, { name, scope })
      else if (!named.has(node)) waiting.push({ node, scope })
    },
    await({ body }: Place) {
      if (body === top) awaits = true
    },
  }

  /** Visits the body of a function that is called here. */
  function invoke(
    node: FunctionNode,
    scope: Scope,
    necessity: Necessity,
    given: readonly Given[] = [],
  ): void {
    const how = node.async || node.generator ? weaker(necessity, 'lazy') : necessity
    calls.set(node, (calls.get(node) ?? 0) + 1)
    if (isCovered(visited.get(node), how)) return
    visited.set(node, how)
    const own = openScope(node.body, node.params, scope)
    for (const { name, binding } of given) {
      if (binding === undefined) own.names.delete(name)
      else own.names.set(name, binding)
    }
    for (const param of node.params)
      visitor.visit(param, { scope: own, necessity: 'lazy', body: { left: true } })
    visitor.visit(node.body, { scope: own, necessity: how, body: { left: false } })
  }

  visitor.visit(program, {
    scope: openScope(program, [], undefined),
    necessity: 'eager',
    body: top,
  })
  // What is loaded later is asked for in the text itself, and most functions load nothing.
  const places = hintsIn(known.text)
  const later = (one: Waiting | undefined): boolean => {
    if (one !== undefined && hasAny(places, one.node)) invoke(one.node, one.scope, 'lazy')
    return one !== undefined
  }
  while (later(waiting.pop()));
  // Called by name or not at all. Where all calls are inside of `try`, all it loads is tolerated.
  for (const [node, { name, scope }] of named) {
    const isTried =
      visited.get(node) === 'tolerated' && mentions(known.text, name) <= 1 + (calls.get(node) ?? 0)
    if (!isTried) later({ node, scope })
  }
  while (later(waiting.pop()));
  return { edges: edges.all(), awaits }
}

function mentions(text: string, name: string): number {
  const quoted = name.replaceAll('$', String.raw`\$`)
  return [...text.matchAll(new RegExp(String.raw`(?<![\w$])${quoted}(?![\w$])`, 'g'))].length
}
