/**
 * How certain it is that an edge is taken, and must be: `eager` as its file is loaded, `lazy` later
 * or only under a condition, `tolerated` inside of `try`.
 */
export type Necessity = 'tolerated' | 'lazy' | 'eager'

/** A place where a file asks for another one. */
export interface Edge {
  readonly mode: 'require' | 'import' | 'file'
  /** For `file`, a path from the image's root: of a worker. */
  readonly specifier: string
  readonly necessity: Necessity
  /** Line in the file, from 1. */
  readonly line: number
}

/** What a file says of itself. */
export interface FileEdges {
  readonly edges: readonly Edge[]
  /** ES syntax where CommonJS is expected; of a module, `await` outside of functions. */
  readonly syntax: 'as expected' | 'es module' | 'unknown'
  readonly awaits: boolean
}

const ranks = { tolerated: 0, lazy: 1, eager: 2 } as const

/** The lesser of two: all that a lazy edge reaches is lazy. */
export function weaker(one: Necessity, other: Necessity): Necessity {
  return ranks[one] < ranks[other] ? one : other
}

/** Whether nothing is learnt by coming to a place again, with another necessity than before. */
export function isCovered(before: Necessity | undefined, now: Necessity): boolean {
  return before !== undefined && ranks[before] >= ranks[now]
}
