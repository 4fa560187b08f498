import { isBuiltin } from 'node:module'

import { nodeTarget } from '../../../plugin/core/walk/node-target.ts'
import type { ShippedTree } from '../../../plugin/core/walk/shipped-tree.ts'
import { walkTree } from '../../../plugin/core/walk/walk-tree.ts'
import { layeredTree } from '../../../plugin/effects/walk/layered-tree.ts'

/** A tree of files below /var/task, with what the base has besides. */
export function treeOf(
  files: Readonly<Record<string, string>>,
  unlisted: ShippedTree['unlisted'] = () => 'absent',
): ShippedTree {
  const entries = Object.entries(files).map(([path, text]) => ({
    path: `var/task/${path}`,
    source: { kind: 'bytes' as const, bytes: Buffer.from(text) },
    executable: false,
  }))
  return layeredTree(entries, unlisted)
}

/** Findings of a walk from `index.cjs`, a line each: how certain, what, by whom. */
export function walkFrom(
  files: Readonly<Record<string, string>>,
  {
    environment = {},
    unlisted,
  }: {
    readonly environment?: Readonly<Record<string, unknown>>
    readonly unlisted?: ShippedTree['unlisted']
  } = {},
): string[] {
  const target = nodeTarget(24, environment, isBuiltin)
  const { findings } = walkTree(treeOf(files, unlisted), ['var/task/index.cjs'], target)
  return findings.map(
    ({ necessity, kind, edge, from, line }) =>
      `${necessity} ${kind}: ${edge.specifier} by ${from.slice('var/task/'.length)}:${line}`,
  )
}
