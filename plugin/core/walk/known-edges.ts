import type { KnownValues } from './known-values.ts'
import type { FileEdges } from './edge.ts'

/**
 * What a file loads, if that is known of its content already.
 * @param known all that decides it beside the file's text
 * @param read finds it out
 */
export type KnownEdges = (known: Omit<KnownValues, 'text'>, read: () => FileEdges) => FileEdges

export const readAnew: KnownEdges = (_, read) => read()
