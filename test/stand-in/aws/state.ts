import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { EcrRepository } from './ecr/repository.ts'
import type { FunctionUpdate } from './lambda-functions/function-update.ts'
import type { StoredLogEvent } from './logs/stored-log-event.ts'
import type { DeployedFunction, StackRecord } from './cloudformation/stack.ts'

export interface ParameterRecord {
  readonly type: string
  readonly value: string
  readonly version: number
  readonly modified: number
}

export interface ObjectRecord {
  readonly file: string
  readonly size: number
  readonly etag: string
  readonly modified: number
}

export interface BucketRecord {
  readonly created: number
  readonly region: string
  readonly objects: Record<string, ObjectRecord>
}

/** Everything that outlives a process; plain data, so that it can be written down as it is. */
export interface State {
  readonly parameters: Record<string, ParameterRecord>
  readonly buckets: Record<string, BucketRecord>
  /** Names; Lambda makes one at a function's first call, and no stack owns it. */
  readonly logGroups: string[]
  /** By the name of their group. */
  readonly logEvents: Record<string, StoredLogEvent[]>
  readonly repositories: Record<string, EcrRepository>
  /** Newest last; a deleted stack stays, as in AWS, where it is found by its ARN only. */
  readonly stacks: StackRecord[]
  /** Zips of Lambda's layer versions in base64, by ARN. */
  readonly layers: Record<string, string>
  /** Functions that somebody made without a stack. */
  readonly functions: DeployedFunction[]
  /** By function name: what became of a function past its stack. */
  readonly functionUpdates: Record<string, FunctionUpdate>
  /** Registry tokens by value, with the time at which each ends (ms). */
  readonly tokens: Record<string, number>
  /** `repository@digest` of images that ECR's archive has, or gives back. */
  readonly archived: Record<
    string,
    { readonly status: 'ARCHIVED' | 'ACTIVATING'; readonly at: number }
  >
  /** `repository@reference` to the time of the first push (ms). */
  readonly pushed: Record<string, number>
}

export interface StateStore {
  readonly state: State
  readonly directory: string
  save(): Promise<void>
}

/** State of an earlier process is found again in the same `directory`. */
export async function openState(directory: string): Promise<StateStore> {
  const file = join(directory, 'state.json')
  await mkdir(join(directory, 'objects'), { recursive: true })
  const empty: State = {
    parameters: {},
    buckets: {},
    logGroups: [],
    logEvents: {},
    repositories: {},
    stacks: [],
    layers: {},
    functions: [],
    functionUpdates: {},
    tokens: {},
    archived: {},
    pushed: {},
  }
  const text = await readFile(file, 'utf8').catch(() => '{}')
  const state: State = { ...empty, ...JSON.parse(text) }
  let writing = Promise.resolve()
  let written = text
  async function writeAfter(before: Promise<void>): Promise<void> {
    await before
    const next = JSON.stringify(state)
    if (next === written) return
    await writeFile(`${file}.new`, next)
    await rename(`${file}.new`, file)
    written = next
  }
  function save(): Promise<void> {
    writing = writeAfter(writing)
    return writing
  }
  return { state, directory, save }
}
