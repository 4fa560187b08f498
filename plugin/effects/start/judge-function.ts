import { formatFunction } from '../../core/arc/function-kinds.ts'
import type { ImageFunction } from '../../core/model.ts'
import { defaultMemory } from '../../core/start/function-variables.ts'
import { judgeStart } from '../../core/start/judge-start.ts'
import type { JudgedStart } from '../../core/start/tell-starts.ts'
import { followStart, type Unable } from './follow-start.ts'
import type { FunctionToStart, ImageToStart, PreparedImage } from '../runners/runner.ts'

/** A function, how it is started, and what is not known of its environment. */
export interface Start {
  readonly lambda: ImageFunction
  readonly order: FunctionToStart
  readonly placeholders: readonly string[]
}

export type How = 'natively' | 'emulated'

/** Seconds for a function to come up; an emulated processor takes ten times as long. */
const limits: Readonly<Record<How, number>> = { natively: 20, emulated: 60 }

/** Lambda's own where the template says nothing. */
const defaultTimeout = 3

/** Starts a function and judges how that ended. */
export async function judgeFunction(
  { lambda, order, placeholders }: Start,
  prepared: PreparedImage,
  { layers }: ImageToStart,
  how: How,
): Promise<JudgedStart | Unable> {
  const outcome = await followStart(prepared.start(order), limits[how])
  if (outcome.kind === 'unable') return outcome
  const { readAsker } = await import('./read-asker.ts')
  const name = `'${formatFunction(lambda.pragma, lambda.name)}'`
  const verdict = judgeStart(outcome, {
    name,
    memory: lambda.memory ?? defaultMemory,
    timeout: lambda.timeout ?? defaultTimeout,
    placeholders,
    emulated: how === 'emulated',
    ...(await readAsker(outcome, layers, lambda)),
  })
  return { name, verdict }
}
