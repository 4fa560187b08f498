import t from 'tap'

import { followStart } from '../../../../plugin/effects/start/follow-start.ts'
import type { Supervised, SupervisorEvent } from '../../../../plugin/effects/runtime/supervision.ts'

/** A supervisor that says these, then nothing until it is closed. */
function supervised(...events: readonly SupervisorEvent[]): Supervised & { closed: boolean } {
  const open = {
    closed: false,
    events: (async function* () {
      yield* events
      await new Promise((resolve) => setTimeout(resolve, 5000).unref())
    })(),
    invoke: () => {},
    async close() {
      open.closed = true
    },
  }
  return open
}

const next = { kind: 'next', peakMemory: 1000 } as const
const output = (text: string) => ({ kind: 'output', text }) as const

t.test('a function that asks for its first event is up', async (t) => {
  const running = supervised({ kind: 'ready' }, output('hello\n'), next)
  t.match(await followStart(running, 5), { kind: 'ready', peakMemory: 1000, output: 'hello\n' })
  t.ok(running.closed)
})

t.test('asking is not alive: Node may have crashed behind its client', async (t) => {
  const dead = supervised({ kind: 'ready' }, next, output('Error: late\n\nNode.js v24.21.0\n'))
  t.match(await followStart(dead, 5), { kind: 'crashed', output: /late/ })
  const said = supervised({ kind: 'ready' }, output('this is Node.js v24.21.0 here\n'), next)
  t.match(await followStart(said, 5), { kind: 'ready' })
})

t.test('an init error waits for the last words, which have the code', async (t) => {
  const report = '{"errorType":"Error","errorMessage":"x"}'
  const running = supervised(
    { kind: 'ready' },
    { kind: 'init-error', report },
    output("  code: 'EROFS'\n"),
    { kind: 'exit', code: 1, signal: null },
  )
  t.match(await followStart(running, 5), {
    kind: 'init-error',
    error: { type: 'Error', message: 'x' },
    output: /EROFS/,
  })
})

t.test('an end and a function that never comes up', async (t) => {
  const ended = supervised({ kind: 'ready' }, { kind: 'exit', code: null, signal: 'SIGABRT' })
  t.match(await followStart(ended, 5), { kind: 'exit', signal: 'SIGABRT' })
  t.match(await followStart(supervised({ kind: 'ready' }), 0.2), { kind: 'timeout' })
})

t.test('what cannot be set up says nothing of the function', async (t) => {
  const unable = supervised({ kind: 'unable', reason: 'Operation not permitted' })
  t.match(await followStart(unable, 5), { kind: 'unable', reason: 'Operation not permitted' })
  const inner = supervised(
    { kind: 'ready' },
    output('unshare: write failed /proc/self/uid_map: Operation not permitted\n'),
    { kind: 'exit', code: 1, signal: null },
  )
  t.match(await followStart(inner, 5), { kind: 'unable', reason: /uid_map/ })
  const exec = supervised(
    { kind: 'ready' },
    output('unshare: failed to execute /entry: Exec format error\n'),
    { kind: 'exit', code: 126, signal: null },
  )
  t.match(await followStart(exec, 5), { kind: 'exit', code: 126 })
})
