import { setTimeout as wait } from 'node:timers/promises'

import t, { type Test } from 'tap'

import type { EventLine } from '../../../../plugin/core/events/event-line.ts'
import type { StackEvent } from '../../../../plugin/core/events/stack-event.ts'
import { followStack } from '../../../../plugin/effects/events/follow-stack.ts'
import { ContainerImageError } from '../../../../plugin/errors.ts'
import { resourceEvent, stackEvent } from '../../../fixtures/stack-events.ts'

const names = new Map([['Compact', 'scheduled compact']])
const complete = (logicalId: string) => resourceEvent({ logicalId, status: 'UPDATE_COMPLETE' })

/** Each answer is what one look finds; the last stays. An error is thrown. */
function follow(t: Test, answers: readonly (readonly StackEvent[] | Error)[], after = 0) {
  const lines: EventLine[] = []
  let looks = 0
  const read = async (): Promise<readonly StackEvent[]> => {
    const answer = answers[Math.min(looks++, answers.length - 1)] ?? []
    if (answer instanceof Error) throw answer
    return answer
  }
  const show = (line: EventLine): void => void lines.push(line)
  const stop = followStack({ stackName: 'App', events: { read }, after, names, show, interval: 5 })
  t.teardown(stop)
  return { lines, looks: () => looks, stop, texts: () => lines.map(({ text }) => text) }
}

/** Timers of a follower keep nothing alive, so the test does. */
async function until(check: () => boolean): Promise<void> {
  for (let turns = 0; turns < 400 && !check(); turns++) await wait(5)
}

t.test('each event is shown once, none of before', async (t) => {
  const [old, begin, first, second] = [
    stackEvent('UPDATE_COMPLETE'),
    stackEvent('UPDATE_IN_PROGRESS'),
    complete('Compact'),
    complete('Index'),
  ]
  const so = [old, begin, first]
  const followed = follow(t, [[old], so, so, [...so, second]], old.time)
  await until(() => followed.lines.length === 3)
  t.strictSame(followed.texts(), [
    'App UPDATE_IN_PROGRESS',
    'scheduled compact UPDATE_COMPLETE',
    'Index UPDATE_COMPLETE',
  ])
})

t.test('a rollback is shown and ends it; a success ends it without a word', async (t) => {
  const failed = resourceEvent({ reason: 'no' })
  const back = stackEvent('UPDATE_ROLLBACK_IN_PROGRESS')
  const rolled = follow(t, [[failed, back]])
  await until(() => rolled.lines.length === 2)
  await wait(30)
  t.equal(rolled.looks(), 1)
  t.strictSame(rolled.lines[0], {
    text: 'scheduled compact UPDATE_FAILED: no',
    matters: true,
    failed: true,
  })
  const done = follow(t, [[complete('Compact'), stackEvent('UPDATE_COMPLETE')]])
  await until(() => done.looks() === 1)
  await wait(30)
  t.strictSame(done.texts(), [])
  t.equal(done.looks(), 1)
})

t.test('trouble is waited out, a refusal is not', async (t) => {
  const throttled = new ContainerImageError('AWS_FAILED', 'Throttling')
  const later = follow(t, [throttled, throttled, [complete('Compact')]])
  await until(() => later.lines.length === 1)
  t.equal(later.lines.length, 1)
  for (const code of ['AWS_DENIED', 'AWS_CREDENTIALS_REFUSED'] as const) {
    const refused = follow(t, [new ContainerImageError(code, 'no'), [complete('Compact')]])
    await until(() => refused.looks() === 1)
    await wait(30)
    t.strictSame([refused.looks(), refused.lines], [1, []], code)
  }
})

t.test('what was on its way when it was stopped is not shown', async (t) => {
  const { looks, lines, stop } = follow(t, [[complete('Compact')]])
  stop()
  await wait(30)
  t.strictSame([looks(), lines], [0, []])
})
