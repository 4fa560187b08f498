import t from 'tap'

import { hasBeginning, lastOperation } from '../../../../plugin/core/events/last-operation.ts'
import { resourceEvent, stackEvent } from '../../../fixtures/stack-events.ts'

const failed = (logicalId: string, reason: string) => resourceEvent({ logicalId, reason })

t.test('the causes are those of the last operation, its rollback included', (t) => {
  const before = [
    stackEvent('UPDATE_IN_PROGRESS'),
    failed('Old', 'of an older update'),
    stackEvent('UPDATE_ROLLBACK_IN_PROGRESS'),
    stackEvent('UPDATE_ROLLBACK_COMPLETE'),
  ]
  const own = [
    stackEvent('UPDATE_IN_PROGRESS'),
    resourceEvent({ status: 'UPDATE_IN_PROGRESS' }),
    failed('Compact', 'the root'),
    failed('Other', 'Resource update cancelled'),
    failed('Third', 'its own'),
    stackEvent('UPDATE_ROLLBACK_IN_PROGRESS', { reason: 'The following resource(s) failed' }),
    failed('Compact', 'The function is trying to use a deleted image.'),
    stackEvent('UPDATE_ROLLBACK_FAILED'),
  ]
  const operation = lastOperation([...before, ...own])
  t.match(operation, { kind: 'update', outcome: 'failed', started: own[0]?.time })
  t.strictSame(operation?.causes, [own[2], own[4]])
  t.strictSame(operation?.rollbackCauses, [own[6]])
  t.end()
})

t.test('what has no resource to blame is the stack itself', (t) => {
  const states = [
    stackEvent('CREATE_IN_PROGRESS'),
    stackEvent('ROLLBACK_IN_PROGRESS', { reason: 'Transform AWS::Serverless-2016-10-31 failed' }),
    stackEvent('ROLLBACK_COMPLETE'),
  ]
  t.strictSame(lastOperation(states)?.causes, [states[1]])
  t.end()
})

t.test('a failure that both APIs tell, or one tells twice, is one', (t) => {
  const twice = [failed('A', 'no'), failed('A', 'no'), failed('A', 'other')]
  const causes = lastOperation([stackEvent('UPDATE_IN_PROGRESS'), ...twice])?.causes
  t.strictSame(causes, [twice[0], twice[2]])
  t.end()
})

t.test('outcomes', (t) => {
  const outcome = (...states: readonly string[]) =>
    lastOperation(states.map((status) => stackEvent(status)))?.outcome
  t.equal(outcome('CREATE_IN_PROGRESS'), 'working')
  t.equal(outcome('CREATE_IN_PROGRESS', 'CREATE_COMPLETE'), 'succeeded')
  t.equal(outcome('UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'), 'working')
  t.equal(outcome('UPDATE_IN_PROGRESS', 'UPDATE_FAILED'), 'failed', 'rollback switched off')
  t.equal(outcome('UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS'), 'failed')
  t.equal(outcome('DELETE_IN_PROGRESS', 'DELETE_FAILED'), 'failed')
  t.equal(outcome('DELETE_IN_PROGRESS', 'DELETE_COMPLETE'), 'succeeded')
  t.equal(outcome('REVIEW_IN_PROGRESS'), undefined, 'a change set that was never executed')
  t.equal(lastOperation([]), undefined)
  t.end()
})

t.test('a resource of that state does not begin an operation', (t) => {
  const nested = { type: 'AWS::CloudFormation::Stack', status: 'UPDATE_IN_PROGRESS' }
  t.notOk(hasBeginning([resourceEvent(nested)]))
  t.ok(hasBeginning([stackEvent('UPDATE_IN_PROGRESS')]))
  t.end()
})
