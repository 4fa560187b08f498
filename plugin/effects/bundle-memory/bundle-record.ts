import type { Module, OpenImport } from './bundled-function.ts'
import type { Content } from '../cache/kept-files.ts'
import { readProven } from '../cache/proven-record.ts'
import type { Question } from './disk-answers.ts'

/** What is written: every path and question once, and numbers in their place. */
export interface Written {
  readonly questions: readonly (readonly [Question, string])[]
  readonly modules: readonly (Pick<Module, 'path' | 'imports' | 'file'> & {
    readonly questions: readonly number[]
  })[]
  /** Lists that functions with the same packages share. */
  readonly imports: readonly (readonly OpenImport[])[]
  readonly functions: Readonly<Record<string, WrittenFunction>>
}

export interface WrittenFunction {
  readonly entry: string
  readonly questions: readonly number[]
  readonly code: Content
  readonly map?: Content
  readonly imports: number
  /** A module and its bytes in turns: pairs of their own would take several times the memory. */
  readonly parts: readonly number[]
  readonly read: readonly number[]
  readonly warnings: readonly string[]
  readonly readsManifest: boolean
  readonly shows?: string
}

/** Only what was written here, to the last byte. */
export function readWritten(file: string): Written | undefined {
  const json = readProven(file)
  if (json === undefined) return undefined
  const written: Written = JSON.parse(json)
  return written
}
