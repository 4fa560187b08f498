import type { FileEdges } from '../edges/edge.ts'
import type { KnownValues } from '../script/known-values.ts'
import type { PieceMemory } from '../pieces/script-piece.ts'

/**
 * What a file loads, if that is known of its content already.
 * @param known all that decides it beside the file's text
 * @param read finds it out, with what is known of parts of the text
 */
export type KnownEdges = (
  known: Omit<KnownValues, 'text'>,
  read: (memory?: PieceMemory) => FileEdges,
) => FileEdges

export const readAnew: KnownEdges = (_, read) => read()
