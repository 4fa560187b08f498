import {
  exited,
  timedOut,
  type FunctionError,
  type Invocation,
  type InvocationListener,
} from '../../core/invoke/invocation.ts'
import { parseInitError } from '../../core/start/init-error.ts'
import type { Unable } from '../start/follow-start.ts'
import type { Supervised, SupervisorEvent } from '../runtime/supervision.ts'
import { longestWait, within } from '../start/within.ts'

export interface EventToFollow {
  readonly requestId: string
  /** JSON. */
  readonly event: string
  readonly arn: string
  /** Seconds that the function may take; Infinity while somebody debugs it. */
  readonly timeout: number
  /** By how much everything is slower here: an emulated processor. */
  readonly slowness: number
}

/** Milliseconds that Lambda gives a function to come up, before it does so on the event's time. */
const initLimit = 10_000
/** Milliseconds in which the last lines come of a function that has answered or failed. */
const lastWords = 100

/** Hands one event to a function that is being started, follows it to its end, and ends it. */
export async function followInvocation(
  supervised: Supervised,
  order: EventToFollow,
  listener: InvocationListener,
): Promise<Invocation | Unable> {
  const { requestId, event, arn } = order
  const limit = order.timeout * 1000 * order.slowness
  const read = eventReader(supervised, listener)
  try {
    const up = await comeUp(read, order, limit)
    if (up.kind === 'unable') return up
    if (up.kind === 'failed') return { requestId, milliseconds: 0, error: up.error }
    const deadline = Math.floor(Date.now() + Math.min(limit, longestWait))
    supervised.invoke({ id: requestId, event, arn, deadline })
    const answer = await followAnswer(read, order, { limit, listener })
    return { requestId, initMilliseconds: up.milliseconds, ...answer }
  } finally {
    await supervised.close()
  }
}

/** The next event but what is printed; `undefined` when none came in time. */
type Read = (milliseconds: number) => Promise<SupervisorEvent | undefined>

function eventReader(supervised: Supervised, { onOutput }: InvocationListener): Read {
  const events = supervised.events[Symbol.asyncIterator]()
  return async (milliseconds) => {
    const end = performance.now() + milliseconds
    for (;;) {
      const next = await within(events.next(), end - performance.now())
      if (next === undefined || next.done === true) return undefined
      if (next.value.kind !== 'output') return next.value
      onOutput(next.value.text)
    }
  }
}

type Start =
  | { readonly kind: 'up'; readonly milliseconds: number }
  | { readonly kind: 'failed'; readonly error: FunctionError }
  | Unable

async function comeUp(read: Read, order: EventToFollow, limit: number): Promise<Start> {
  const { requestId, timeout, slowness } = order
  let started = performance.now()
  for (;;) {
    const next = await read(started + initLimit * slowness + limit - performance.now())
    if (next === undefined) return { kind: 'failed', error: timedOut(requestId, timeout) }
    if (next.kind === 'unable') return next
    // What comes before is our own work.
    if (next.kind === 'ready') started = performance.now()
    if (next.kind === 'next') return { kind: 'up', milliseconds: performance.now() - started }
    if (next.kind === 'exit') return { kind: 'failed', error: exited('init', requestId, next) }
    if (next.kind === 'init-error') {
      await read(lastWords)
      return { kind: 'failed', error: { phase: 'init', ...parseInitError(next.report) } }
    }
  }
}

/** Until the function asks for another event, as Lambda counts. */
async function followAnswer(
  read: Read,
  { requestId, timeout }: EventToFollow,
  { limit, listener }: { readonly limit: number; readonly listener: InvocationListener },
): Promise<Pick<Invocation, 'milliseconds' | 'peakMemory' | 'error'>> {
  const started = performance.now()
  const took = (): number => performance.now() - started
  let answered = false
  let error: FunctionError | undefined
  for (;;) {
    const next = await read(limit - took())
    const milliseconds = took()
    const known = { milliseconds, ...(error !== undefined && { error }) }
    if (next === undefined) return { milliseconds, error: error ?? timedOut(requestId, timeout) }
    if (next.kind === 'answer') listener.onAnswer(next)
    if (next.kind === 'chunk') listener.onChunk(Buffer.from(next.base64, 'base64'))
    if (next.kind === 'answer-end') answered = true
    if (next.kind === 'invoke-error') error = { phase: 'invoke', ...parseInitError(next.report) }
    if (next.kind === 'exit')
      return answered || error !== undefined
        ? known
        : { milliseconds, error: exited('invoke', requestId, next) }
    if (next.kind === 'next') {
      await read(lastWords)
      const { peakMemory } = next
      return { ...known, ...(peakMemory !== undefined && { peakMemory }) }
    }
  }
}
