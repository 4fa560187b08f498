import t from 'tap'

import { diagnoseStack } from '../../../plugin/actions/diagnose.ts'
import { isUnwell } from '../../../plugin/core/events/diagnosis.ts'
import { formatDiagnosis } from '../../../plugin/core/events/format-diagnosis.ts'
import type { FunctionState } from '../../../plugin/core/events/function-state.ts'
import { ContainerImageError } from '../../../plugin/errors.ts'
import type { DiagnosePorts } from '../../../plugin/ports/diagnose.ts'
import { handlerSays, resourceEvent, stackEvent } from '../../fixtures/stack-events.ts'

const id = 'arn:aws:cloudformation:us-west-2:1:stack/App/1'
const active: FunctionState = {
  logicalId: 'Compact',
  functionName: 'App-Compact-1',
  state: 'Active',
  stateCode: '',
  stateReason: '',
  updateStatus: 'Successful',
  updateCode: '',
  updateReason: '',
}
const began = stackEvent('UPDATE_IN_PROGRESS', { time: Date.UTC(2026, 10, 26, 8) })
const rollback = stackEvent('UPDATE_ROLLBACK_IN_PROGRESS')

function portsWith(given: Partial<DiagnosePorts> = {}, status = 'UPDATE_COMPLETE'): DiagnosePorts {
  return {
    findStack: async () => ({ id, name: 'App', status, changed: 0, outputs: {} }),
    lastEvents: async () => [began, stackEvent('UPDATE_COMPLETE')],
    blind: () => undefined,
    functionStates: async () => [active],
    appNames: async () => new Map([['Compact', 'scheduled compact']]),
    ...given,
  }
}

async function said(ports: DiagnosePorts, since?: number): Promise<string> {
  const options = { stackName: 'App', ...(since !== undefined && { since }) }
  return formatDiagnosis(await diagnoseStack(options, ports))
}

t.test('all is well', async (t) => {
  t.equal(
    await said(portsWith()),
    'Stack App: the update of 2026-11-26 08:00:00 UTC succeeded (UPDATE_COMPLETE). Its function is Active.',
  )
  t.notOk(isUnwell(await diagnoseStack({ stackName: 'App' }, portsWith())))
  const none = portsWith({ lastEvents: async () => [], functionStates: async () => [] })
  t.equal(await said(none), 'Stack App is in UPDATE_COMPLETE.')
})

t.test('no stack', async (t) => {
  const ports = portsWith({ findStack: async () => undefined })
  t.equal(await said(ports), 'There is no stack App.')
  t.ok(isUnwell(await diagnoseStack({ stackName: 'App' }, ports)))
})

t.test('the root cause stands last, in the words of Lambda', async (t) => {
  const reason = handlerSays('The function is trying to use a deleted image.')
  const lastEvents = async () => [
    began,
    resourceEvent({ reason }),
    resourceEvent({ logicalId: 'Table', type: 'AWS::DynamoDB::Table', reason: 'No capacity.' }),
    rollback,
    resourceEvent({ logicalId: 'Index', reason: 'gone' }),
  ]
  const ports = portsWith({ lastEvents }, 'UPDATE_ROLLBACK_IN_PROGRESS')
  t.equal(
    await said(ports),
    `Stack App: the update of 2026-11-26 08:00:00 UTC failed and is being rolled back (UPDATE_ROLLBACK_IN_PROGRESS).

On the way back this failed, too:
✗ Index (AWS::Lambda::Function): UPDATE_FAILED
    CloudFormation: gone

Besides, this failed:
✗ Table (AWS::DynamoDB::Table): UPDATE_FAILED
    CloudFormation: No capacity.

The root cause:
✗ scheduled compact (Compact, AWS::Lambda::Function): UPDATE_FAILED
    Lambda: The function is trying to use a deleted image. (CloudFormation: InvalidRequest)
    docs/troubleshooting.md: \`The function is trying to use a deleted image.\``,
  )
})

t.test('an older operation is not told', async (t) => {
  const lastEvents = async () => [began, resourceEvent({ reason: 'old' }), rollback]
  const found = await diagnoseStack(
    { stackName: 'App', since: began.time },
    portsWith({ lastEvents }),
  )
  t.strictSame([found.operation, found.causes], [undefined, []])
  const newer = await diagnoseStack(
    { stackName: 'App', since: began.time - 1 },
    portsWith({ lastEvents }),
  )
  t.equal(newer.causes.length, 1)
})

t.test('of a stack in the stack its own causes', async (t) => {
  const inner = 'arn:aws:cloudformation:us-west-2:1:stack/App-Inner/2'
  const nested = { logicalId: 'Inner', type: 'AWS::CloudFormation::Stack', physicalId: inner }
  const ports = portsWith({
    lastEvents: async (stackId) =>
      stackId === inner
        ? [stackEvent('UPDATE_IN_PROGRESS'), resourceEvent({ logicalId: 'Deep', reason: 'why' })]
        : [began, resourceEvent({ ...nested, reason: 'Embedded stack was not updated' }), rollback],
  })
  const { causes } = await diagnoseStack({ stackName: 'App' }, ports)
  t.strictSame(
    causes.map(({ logicalId, reason }) => [logicalId, reason]),
    [
      ['Inner/Deep', 'why'],
      ['Inner', 'Embedded stack was not updated'],
    ],
  )
})

t.test('functions that are deployed and not Active', async (t) => {
  const failed = { state: 'Failed', stateCode: 'InvalidImage', stateReason: 'The image is bad.' }
  const late = { updateStatus: 'Failed', updateCode: 'Unheard', updateReason: '' }
  const functionStates = async () => [
    { ...active, ...failed },
    { ...active, logicalId: 'Index', functionName: 'App-Index-1', ...late },
  ]
  const text = await said(portsWith({ functionStates }))
  t.match(
    text,
    'succeeded (UPDATE_COMPLETE).\n\n✗ scheduled compact (Compact, App-Compact-1): State Failed, InvalidImage\n    Lambda: The image is bad.\n    Lambda cannot use the image.',
  )
  t.match(text, '✗ Index, App-Index-1: LastUpdateStatus Failed, Unheard\n')
  t.notMatch(text, 'Active.')
})

t.test('what may not be seen is said', async (t) => {
  const denied = new ContainerImageError('AWS_DENIED', 'Allow lambda:GetFunction.')
  const functionStates = () => Promise.reject(denied)
  t.match(await said(portsWith({ functionStates })), 'not known: Allow lambda:GetFunction.')
  const reason = 'validation failed. To troubleshoot, use the DescribeEvents API'
  const lastEvents = async () => [began, stackEvent('UPDATE_ROLLBACK_IN_PROGRESS', { reason })]
  const blind = () => 'Allow cloudformation:DescribeEvents.'
  t.match(await said(portsWith({ lastEvents, blind })), 'not known: Allow cloudformation:Desc')
  t.notMatch(await said(portsWith({ blind })), 'Allow', 'nothing was missed')
  const expired = new ContainerImageError('AWS_CREDENTIALS_REFUSED', 'no')
  const none = portsWith({ functionStates: () => Promise.reject(expired) })
  await t.rejects(diagnoseStack({ stackName: 'App' }, none), { code: 'AWS_CREDENTIALS_REFUSED' })
})
