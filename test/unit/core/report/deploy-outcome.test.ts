import t from 'tap'

import { deployOutcome } from '../../../../plugin/core/report/deploy-outcome.ts'

t.test('without a word from the step the stack is believed', (t) => {
  const expected = {
    CREATE_COMPLETE: 'success',
    UPDATE_COMPLETE: 'success',
    UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'success',
    IMPORT_COMPLETE: 'success',
    CREATE_IN_PROGRESS: 'running',
    UPDATE_IN_PROGRESS: 'running',
    CREATE_FAILED: 'failure',
    ROLLBACK_IN_PROGRESS: 'failure',
    ROLLBACK_COMPLETE: 'failure',
    ROLLBACK_FAILED: 'failure',
    UPDATE_FAILED: 'failure',
    UPDATE_ROLLBACK_IN_PROGRESS: 'failure',
    UPDATE_ROLLBACK_COMPLETE: 'failure',
    UPDATE_ROLLBACK_FAILED: 'failure',
    IMPORT_ROLLBACK_COMPLETE: 'failure',
    DELETE_IN_PROGRESS: 'absent',
    DELETE_FAILED: 'absent',
    DELETE_COMPLETE: 'absent',
    REVIEW_IN_PROGRESS: 'absent',
  }
  for (const [status, outcome] of Object.entries(expected))
    t.equal(deployOutcome(undefined, status), outcome, status)
  t.equal(deployOutcome(undefined, undefined), 'absent')
  t.end()
})

t.test("a step's success is not believed against its stack", (t) => {
  t.equal(deployOutcome('success', 'UPDATE_COMPLETE'), 'success')
  t.equal(deployOutcome('success', 'UPDATE_ROLLBACK_COMPLETE'), 'success', 'it changed nothing')
  t.equal(deployOutcome('success', 'ROLLBACK_COMPLETE'), 'failure')
  t.equal(deployOutcome('success', 'UPDATE_ROLLBACK_FAILED'), 'failure')
  t.equal(deployOutcome('success', undefined), 'absent')
  t.end()
})

t.test("a step's failure is believed in any case", (t) => {
  for (const status of ['UPDATE_COMPLETE', 'ROLLBACK_COMPLETE', undefined])
    for (const step of ['failure', 'cancelled', 'skipped'] as const)
      t.equal(deployOutcome(step, status), step)
  t.end()
})
