import { parseInitError } from '../../core/start/init-error.ts'
import type { StartOutcome } from '../../core/start/start-outcome.ts'
import type { Supervised } from '../runtime/supervision.ts'
import { within } from './within.ts'

/** Nothing could be started; says nothing of the function. */
export interface Unable {
  readonly kind: 'unable'
  readonly reason: string
}

const longestOutput = 64 * 1024
/** Milliseconds in which a program that has crashed says so, while its client hangs in `next`. */
const grace = 150
/** Milliseconds in which a client that has reported an error prints what it was. */
const lastWords = 1000
/** Node's last line when it ends by an error. */
const crash = /^Node\.js v\d+\.\d+\.\d+$/m
/** These set the function up and say nothing when it runs. */
const setUpFailure = /^(?:unshare|setpriv|prlimit): (?!failed to execute)/m

/**
 * Waits until a function asks for its first event, fails or takes too long, and ends it.
 * @param limit seconds
 */
export async function followStart(
  supervised: Supervised,
  limit: number,
): Promise<StartOutcome | Unable> {
  let started = performance.now()
  const events = supervised.events[Symbol.asyncIterator]()
  let output = ''
  let ended: Ended | undefined
  let deadline = limit * 1000
  try {
    for (;;) {
      const left = deadline - (performance.now() - started)
      const event = await within(events.next(), left)
      const seconds = (performance.now() - started) / 1000
      if (event === undefined || event.done === true)
        return finish(ended ?? { kind: 'timeout' }, seconds, output)
      const { value } = event
      if (value.kind === 'unable') return value
      // What comes before is our own work.
      if (value.kind === 'ready') started = performance.now()
      if (value.kind === 'output') output = (output + value.text).slice(-longestOutput)
      if (value.kind === 'next') {
        const { peakMemory } = value
        ended = { kind: 'ready', seconds, ...(peakMemory !== undefined && { peakMemory }) }
        deadline = Math.min(deadline, seconds * 1000 + grace)
      }
      if (value.kind === 'init-error') {
        ended = { kind: 'init-error', error: parseInitError(value.report) }
        deadline = seconds * 1000 + lastWords
      }
      if (value.kind === 'exit') {
        if (value.code === 1 && setUpFailure.test(output)) {
          return { kind: 'unable', reason: output.trim() }
        }
        const { code, signal } = value
        return finish(ended ?? { kind: 'exit', code, signal }, seconds, output)
      }
    }
  } finally {
    await supervised.close()
  }
}

type Ended =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'ready'; readonly seconds: number; readonly peakMemory?: number }
  | Pick<StartOutcome & { kind: 'init-error' }, 'kind' | 'error'>
  | Pick<StartOutcome & { kind: 'exit' }, 'kind' | 'code' | 'signal'>

function finish(ended: Ended, seconds: number, output: string): StartOutcome {
  if (ended.kind === 'ready' && crash.test(output)) return { kind: 'crashed', seconds, output }
  return { seconds, output, ...ended }
}
