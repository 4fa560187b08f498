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
  readonly functions: Readonly<Record<string, WrittenFunction>>
}

export interface WrittenFunction {
  readonly entry: string
  readonly questions: readonly number[]
  readonly code: Content
  readonly map?: Content
  readonly imports: readonly OpenImport[]
  readonly parts: readonly (readonly [module: number, bytes: number])[]
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
