import t from 'tap'

import { followInvocation } from '../../../../plugin/effects/invoke/follow-invocation.ts'
import type {
  InvokeOrder,
  Supervised,
  SupervisorEvent,
} from '../../../../plugin/effects/runtime/supervision.ts'

const ready: SupervisorEvent = { kind: 'ready' }
const next: SupervisorEvent = { kind: 'next', peakMemory: 1000 }
const exit = (code: number | null, signal: string | null = null): SupervisorEvent => ({
  kind: 'exit',
  code,
  signal,
})

/** A supervisor that says these, then nothing until it is closed. */
async function follow(events: readonly SupervisorEvent[], timeout = 5) {
  const orders: InvokeOrder[] = []
  const told: unknown[] = []
  let closed = false
  const supervised: Supervised = {
    events: (async function* () {
      yield* events
      await new Promise((resolve) => setTimeout(resolve, 5000).unref())
    })(),
    invoke: (order) => void orders.push(order),
    close: async () => void (closed = true),
  }
  const event = { requestId: 'id-1', event: '{}', arn: 'arn:x', timeout, slowness: 1 }
  const outcome = await followInvocation(supervised, event, {
    onOutput: (text) => told.push(text),
    onAnswer: ({ streamed, contentType }) => told.push({ streamed, contentType }),
    onChunk: (bytes) => told.push(Buffer.from(bytes).toString()),
  })
  return { outcome, orders, told, closed }
}

t.test('an answer, with all that is said meanwhile', async (t) => {
  const { outcome, orders, told, closed } = await follow([
    ready,
    { kind: 'output', text: 'loaded\n' },
    next,
    { kind: 'output', text: 'has it\n' },
    { kind: 'answer', streamed: false, contentType: 'application/json' },
    { kind: 'chunk', base64: 'MQ==' },
    { kind: 'answer-end' },
    { kind: 'next', peakMemory: 2000 },
    { kind: 'output', text: 'last words\n' },
  ])
  t.match(outcome, { requestId: 'id-1', peakMemory: 2000, error: undefined })
  t.match(orders, [{ id: 'id-1', event: '{}', arn: 'arn:x' }])
  t.ok(Math.abs((orders[0]?.deadline ?? 0) - Date.now() - 5000) < 1000)
  t.strictSame(told, [
    'loaded\n',
    'has it\n',
    { streamed: false, contentType: 'application/json' },
    '1',
    'last words\n',
  ])
  t.ok(closed)
})

const report = '{"errorType":"Own","errorMessage":"no"}'
const failures: Readonly<Record<string, readonly [readonly SupervisorEvent[], object]>> = {
  'an error': [
    [ready, next, { kind: 'invoke-error', report }, next],
    { error: { phase: 'invoke', type: 'Own', message: 'no' } },
  ],
  'an error as it is loaded': [
    [ready, { kind: 'init-error', report }, exit(1)],
    { error: { phase: 'init', type: 'Own' }, initMilliseconds: undefined },
  ],
  'an end with a code': [
    [ready, next, exit(3)],
    { error: { type: 'Runtime.ExitError', message: /Runtime exited with error: exit status 3$/ } },
  ],
  'an end with 0': [
    [ready, next, exit(0)],
    { error: { message: /Runtime exited without providing a reason$/ } },
  ],
  'an end by a signal': [
    [ready, next, exit(null, 'SIGKILL')],
    { error: { message: /Runtime exited with error: signal: killed$/ } },
  ],
  'an end as it is loaded': [[ready, exit(1)], { error: { phase: 'init' } }],
  'an end after the answer': [[ready, next, { kind: 'answer-end' }, exit(1)], { error: undefined }],
  'nothing to run it by': [[{ kind: 'unable', reason: 'no' }], { kind: 'unable', reason: 'no' }],
}

for (const [name, [events, expected]] of Object.entries(failures)) {
  t.test(name, async (t) => {
    const { outcome, closed } = await follow(events)
    t.match(outcome, expected)
    t.ok(closed)
  })
}

t.test('what takes too long is ended', async (t) => {
  const { outcome, closed } = await follow([ready, next], 0.2)
  t.match(outcome, {
    error: {
      type: 'Sandbox.Timedout',
      message: 'RequestId: id-1 Error: Task timed out after 0.20 seconds',
    },
  })
  t.ok(closed)
})
