import t from 'tap'

import type { StackEvent } from '../../../../plugin/core/events/stack-event.ts'
import {
  functionChanges,
  functionIds,
  periodsOf,
} from '../../../../plugin/core/stats/stack-history.ts'

function event(
  time: number,
  logicalId: string,
  status: string,
  physicalId = logicalId,
): StackEvent {
  const isStack = logicalId === 'App'
  const type = isStack ? 'AWS::CloudFormation::Stack' : 'AWS::Lambda::Function'
  const kind = isStack ? 'stack' : 'resource'
  return { id: String(time), time, logicalId, status, type, kind, physicalId, reason: '' }
}

const events: readonly StackEvent[] = [
  event(10, 'App', 'CREATE_IN_PROGRESS'),
  event(11, 'A', 'CREATE_COMPLETE', 'A-1'),
  event(12, 'B', 'CREATE_COMPLETE', 'B-1'),
  event(15, 'App', 'CREATE_COMPLETE'),
  event(20, 'App', 'UPDATE_IN_PROGRESS'),
  event(21, 'A', 'UPDATE_COMPLETE', 'A-2'),
  event(25, 'App', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'),
  event(26, 'A', 'DELETE_COMPLETE', 'A-1'),
  event(27, 'App', 'UPDATE_COMPLETE'),
  event(30, 'App', 'UPDATE_IN_PROGRESS'),
  event(31, 'B', 'UPDATE_COMPLETE', 'B-1'),
  event(33, 'App', 'UPDATE_ROLLBACK_IN_PROGRESS'),
  event(34, 'B', 'UPDATE_COMPLETE', 'B-1'),
  event(35, 'App', 'UPDATE_ROLLBACK_COMPLETE'),
]

t.test(
  'functions change when the update of their stack is through, in whatever order it is told',
  (t) => {
    const expected = [
      { logicalId: 'A', physicalId: 'A-1', time: 15 },
      { logicalId: 'B', physicalId: 'B-1', time: 15 },
      { logicalId: 'A', physicalId: 'A-2', time: 25 },
    ]
    t.strictSame(functionChanges(events), expected, 'what was rolled back is no change')
    t.strictSame(functionChanges(events.toReversed()), expected)
    t.end()
  },
)

t.test('a change while the stack is still at work counts as soon as it is told', (t) => {
  const running = [...events, event(40, 'B', 'UPDATE_COMPLETE', 'B-1')]
  t.match(functionChanges(running).at(-1), { logicalId: 'B', time: 40 })
  t.end()
})

t.test('periods lie between changes, at most six', (t) => {
  const changes = functionChanges(events)
  t.strictSame(periodsOf(changes, { start: 18, end: 50 }), [
    { start: 18, end: 25 },
    { start: 25, end: 50 },
  ])
  t.strictSame(periodsOf([], { start: 0, end: 9 }), [{ start: 0, end: 9 }])
  const many = Array.from({ length: 20 }, (_, index) => ({
    logicalId: 'A',
    physicalId: 'A',
    time: index + 1,
  }))
  const periods = periodsOf(many, { start: 0, end: 100 })
  t.equal(periods.length, 6)
  t.strictSame(
    [periods[0], periods.at(-1)],
    [
      { start: 0, end: 16 },
      { start: 20, end: 100 },
    ],
  )
  t.end()
})

t.test('every name that a function had', (t) => {
  t.strictSame(functionIds(events, 'A'), ['A-1', 'A-2'])
  t.strictSame(functionIds(events, 'App'), [], 'the stack is no function')
  t.end()
})
