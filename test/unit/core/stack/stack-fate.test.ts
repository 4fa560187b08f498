import t from 'tap'

import { stackFate } from '../../../../plugin/core/stack/stack-fate.ts'
import { previewNumber, stackNameOf } from '../../../../plugin/core/stack/stack-name.ts'

t.test('every status that CloudFormation has', (t) => {
  const fates = {
    gone: ['DELETE_COMPLETE'],
    usable: [
      'CREATE_COMPLETE',
      'UPDATE_COMPLETE',
      'UPDATE_ROLLBACK_COMPLETE',
      'IMPORT_COMPLETE',
      'IMPORT_ROLLBACK_COMPLETE',
    ],
    busy: [
      'CREATE_IN_PROGRESS',
      'DELETE_IN_PROGRESS',
      'IMPORT_IN_PROGRESS',
      'IMPORT_ROLLBACK_IN_PROGRESS',
      'ROLLBACK_IN_PROGRESS',
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_ROLLBACK_IN_PROGRESS',
    ],
    stuck: [
      'CREATE_FAILED',
      'DELETE_FAILED',
      'IMPORT_ROLLBACK_FAILED',
      'REVIEW_IN_PROGRESS',
      'ROLLBACK_COMPLETE',
      'ROLLBACK_FAILED',
      'UPDATE_FAILED',
      'UPDATE_ROLLBACK_FAILED',
      'A_STATUS_THAT_IS_NEW',
    ],
  }
  for (const [fate, statuses] of Object.entries(fates))
    for (const status of statuses) t.equal(stackFate(status), fate, status)
  t.equal(stackFate(undefined), 'gone')
  t.end()
})

t.test('the number of a preview, and of nothing else', (t) => {
  const prefix = 'AgentMemoryStagingPR'
  t.equal(previewNumber('AgentMemoryStagingPR5', prefix), 5)
  t.equal(previewNumber('AgentMemoryStagingPR120', prefix), 120)
  for (const name of [
    'AgentMemoryStaging',
    'AgentMemoryProduction',
    'AgentMemoryStagingPR',
    'AgentMemoryStagingPR05',
    'AgentMemoryStagingPR5b',
    'AgentMemoryStagingPRIVATE5',
    'MyAgentMemoryStagingPR5',
  ])
    t.equal(previewNumber(name, prefix), undefined, name)
  t.end()
})

t.test('names as arc deploy makes them', (t) => {
  const logical = (name: string) => name.replaceAll(/(^|-)(\w)/g, (_, _dash, c) => c.toUpperCase())
  const app = 'agent-memory'
  t.equal(stackNameOf({ app, stage: 'staging' }, logical), 'AgentMemoryStaging')
  t.equal(stackNameOf({ app, stage: 'staging', name: 'PR5' }, logical), 'AgentMemoryStagingPR5')
  t.equal(stackNameOf({ app, stage: 'production' }, logical), 'AgentMemoryProduction')
  t.end()
})
