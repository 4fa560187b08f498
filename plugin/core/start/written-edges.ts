import { posix } from 'node:path'

import { readEdges } from '../walk/read-edges.ts'
import type { WrittenEdge } from './judge-start.ts'

/** Where a file of Node's asks for a module by a name that it has written out. */
export function nodeEdge(
  file: { readonly path: string; readonly text: string; readonly isModule: boolean },
  specifier: string,
): WrittenEdge | undefined {
  const plain = (name: string): string =>
    /^\.{0,2}\//.test(name) ? posix.normalize(name) : name.replace(/^node:/, '')
  const edge = readEdges(file).edges.find((one) => plain(one.specifier) === plain(specifier))
  return edge && { place: `/${file.path}:${edge.line}`, necessity: edge.necessity }
}

/** The same of Python, where what is at the beginning of a line is run as the file is loaded. */
export function pythonEdge(
  { path, text }: { readonly path: string; readonly text: string },
  module: string,
): WrittenEdge | undefined {
  const name = module.replaceAll('.', '\\.')
  const asks = new RegExp(`^([ \\t]*)(?:import[ \\t]+|from[ \\t]+)${name}(?![\\w])`)
  const lines = text.split('\n')
  const index = lines.findIndex((line) => asks.test(line))
  if (index === -1) return undefined
  const isEager = asks.exec(lines[index] ?? '')?.[1] === ''
  return { place: `/${path}:${index + 1}`, necessity: isEager ? 'eager' : 'lazy' }
}
