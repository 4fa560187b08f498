import utils from '@architect/utils'
import t from 'tap'

import { environmentOf, isPreviewName } from '../../../../plugin/core/stack/environment.ts'

const toLogicalId = (name: string): string => utils.toLogicalID(name)

t.test('what has a name of its own is a preview, whatever the name', (t) => {
  const of = (stack: string): string => environmentOf(stack, 'agent-memory', toLogicalId)
  t.equal(of('AgentMemoryStaging'), 'staging')
  t.equal(of('AgentMemoryProduction'), 'production')
  for (const stack of [
    'AgentMemoryStagingPR5',
    'AgentMemoryStagingProduction',
    'AgentMemoryProductionHotfix',
    'agentMemoryStaging',
  ])
    t.equal(of(stack), 'preview', stack)
  t.end()
})

t.test('names that a preview of the app may have', (t) => {
  const is = (stack: string): boolean => isPreviewName(stack, 'agent-memory', toLogicalId)
  for (const stack of ['AgentMemoryStagingPR5', 'AgentMemoryProductionX']) t.ok(is(stack), stack)
  for (const stack of [
    'AgentMemoryStaging',
    'AgentMemoryProduction',
    'OtherStagingPR5',
    'AgentMem.Hab',
  ])
    t.notOk(is(stack), stack)
  t.end()
})
