import t from 'tap'

import { syncObstacle, type SyncTarget } from '../../../../plugin/core/sync/sync-obstacle.ts'

function templateOf(stage: string, place: 'function' | 'globals' = 'function') {
  const Environment = { Variables: { ARC_ENV: stage } }
  const Properties = place === 'function' ? { Environment } : {}
  return {
    Resources: { F: { Type: 'AWS::Serverless::Function', Properties } },
    ...(place === 'globals' && { Globals: { Function: { Environment } } }),
  }
}

const good: SyncTarget = {
  stackName: 'AppStaging',
  environment: 'staging',
  status: 'UPDATE_COMPLETE',
  deployed: templateOf('staging'),
}

t.test('staging and previews at rest', (t) => {
  t.equal(syncObstacle(good), undefined)
  t.equal(syncObstacle({ ...good, environment: 'preview' }), undefined)
  for (const status of ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'])
    t.equal(syncObstacle({ ...good, status }), undefined, status)
  t.end()
})

t.test('production, whatever it is called', (t) => {
  t.match(syncObstacle({ ...good, environment: 'production' }), { code: 'SYNC_PRODUCTION' })
  for (const place of ['function', 'globals'] as const) {
    const deployed = templateOf('production', place)
    const named = {
      ...good,
      stackName: 'AppProductionX',
      environment: 'preview',
      deployed,
    } as const
    t.match(syncObstacle(named), { code: 'SYNC_PRODUCTION' }, place)
  }
  t.end()
})

t.test('a stack that is not there, or not at rest', (t) => {
  const { status: _, deployed: __, ...missing } = good
  t.match(syncObstacle(missing), { code: 'SYNC_STACK_UNFIT', message: /no stack AppStaging yet/ })
  for (const status of [
    'UPDATE_IN_PROGRESS',
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_ROLLBACK_FAILED',
    'ROLLBACK_COMPLETE',
    'REVIEW_IN_PROGRESS',
    'DELETE_COMPLETE',
    'A_STATUS_OF_TOMORROW',
  ])
    t.match(syncObstacle({ ...good, status }), { code: 'SYNC_STACK_UNFIT' }, status)
  t.end()
})
