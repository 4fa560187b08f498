import t from 'tap'

import { compareLive, type LiveStackState } from '../../../../plugin/core/plan/compare-live.ts'
import { parsePragmas } from '../../../../plugin/core/arc/pragma.ts'
import { appOf, declare } from '../../../fixtures/app-of.ts'

const functions = [
  declare('get /'),
  declare('scheduled compact'),
  declare('tables-streams things', { metadataPragma: 'tables' }),
]

const image = (logicalId: string, pragma?: string, name?: string) => ({
  logicalId,
  packageType: 'Image' as const,
  ...(name !== undefined && { arcMetadata: { pragma, name } }),
})

const zipFunction = (pragma: string, name: string) => ({
  Type: 'AWS::Serverless::Function',
  Properties: { Runtime: 'nodejs24.x' },
  ArcMetadata: { pragma, name },
})

const template = {
  Resources: {
    Index: zipFunction('http', 'get /'),
    CompactScheduleLambda: zipFunction('scheduled', 'compact'),
    Things: zipFunction('tables', 'things'),
    Foreign: { Type: 'AWS::Serverless::Function', Properties: { Runtime: 'nodejs24.x' } },
    ForeignImage: { Type: 'AWS::Lambda::Function', Properties: { PackageType: 'Image' } },
  },
}

function compare(live: Partial<LiveStackState>, lines = '', images: readonly string[] = []) {
  const app = appOf(`@container-images\n${lines}`, functions)
  const { zips, problems } = parsePragmas(app)
  t.strictSame(problems, [])
  const state = { stackName: 'MyAppStaging', functions: [], ...live }
  return compareLive(state, { app, template, images: new Set(images), zips })
}

t.test('a function that runs an image and is flagged no more is a problem', (t) => {
  const live = { functions: [image('Index', 'http', 'get /'), image('Things', 'tables', 'things')] }
  t.match(compare(live), [
    {
      code: 'FUNCTION_BACK_TO_ZIP',
      message: /'get \/' runs an image in stack MyAppStaging.*'get \/ zip'/,
    },
    { code: 'FUNCTION_BACK_TO_ZIP', message: "'tables-streams things zip'" },
  ])
  t.strictSame(compare(live, '', ['Index', 'Things']), [], 'those that stay in images')
  t.strictSame(compare(live, 'get / zip\ntables-streams things zip'), [], 'meant')
  t.match(compare(live, 'get / zip'), [{ message: /things/ }], 'one of them meant')
  t.end()
})

t.test('it is found under the logical id of another Architect', (t) => {
  const live = { functions: [image('CompactScheduledLambda', 'scheduled', 'compact')] }
  t.match(compare(live), [{ code: 'FUNCTION_BACK_TO_ZIP', message: "'scheduled compact'" }])
  t.end()
})

t.test('what is deleted, was a zip, or is not ours is nothing to complain of', (t) => {
  const gone = [image('Gone', 'http', 'get /gone'), image('Foreign'), image('ForeignImage')]
  const zip = { logicalId: 'Index', packageType: 'Zip' as const }
  t.strictSame(compare({ functions: [...gone, zip], status: 'UPDATE_COMPLETE' }), [])
  t.end()
})

for (const [status, says] of Object.entries({
  ROLLBACK_COMPLETE: 'delete-stack',
  ROLLBACK_FAILED: 'delete-stack',
  DELETE_FAILED: 'delete-stack',
  REVIEW_IN_PROGRESS: 'delete-stack',
  UPDATE_ROLLBACK_FAILED: 'continue-update-rollback --stack-name MyAppStaging',
  UPDATE_IN_PROGRESS: 'wait until it is done',
  CREATE_IN_PROGRESS: 'wait until it is done',
  DELETE_IN_PROGRESS: 'wait until it is done',
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'wait until it is done',
})) {
  t.test(`a stack in ${status} is named with the way out`, (t) => {
    t.match(compare({ status }), [
      { code: 'STACK_NOT_UPDATABLE', message: `Stack MyAppStaging is in ${status}` },
    ])
    t.match(compare({ status })[0]?.message, says)
    t.end()
  })
}

t.test('a stack that can be updated, and what CloudFormation knows better', (t) => {
  for (const status of [
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'IMPORT_COMPLETE',
    'UPDATE_FAILED',
    'CREATE_FAILED',
    'DELETE_COMPLETE',
  ])
    t.strictSame(compare({ status }), [], status)
  t.end()
})
