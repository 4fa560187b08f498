import t from 'tap'

import { chooseUpdates } from '../../../../plugin/core/sync/choose-updates.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'

const [deployed, older, newer] = [digestOf('deployed'), digestOf('older'), digestOf('newer')]
const [asDeployed, changed] = [digestOf('as deployed'), digestOf('changed')]
const one = { logicalId: 'One', deployed, runs: deployed, deployedContent: asDeployed }
const two = { ...one, logicalId: 'Two' }

function updates(...functions: Parameters<typeof chooseUpdates>[0]) {
  return Object.fromEntries(chooseUpdates(functions, newer))
}

t.test('who changed gets the new image, who did not keeps what was deployed', (t) => {
  const unchanged = { ...two, content: asDeployed }
  t.strictSame(updates({ ...one, content: changed }, unchanged), { One: newer })
  t.strictSame(updates({ ...one, content: asDeployed }, unchanged), {})
  t.end()
})

t.test('what was synced before shares the newest image, so that one is enough', (t) => {
  const synced = { ...one, runs: older, content: changed }
  t.strictSame(updates(synced, { ...two, content: changed }), { One: newer, Two: newer })
  t.strictSame(updates({ ...synced, runs: newer }), {}, 'Lambda has it')
  t.end()
})

t.test('who is as it was deployed gets that image back, without a new one', (t) => {
  const reverted = { ...one, runs: older, content: asDeployed }
  t.strictSame(Object.fromEntries(chooseUpdates([reverted], undefined)), { One: deployed })
  t.end()
})

t.test('of an image that was made elsewhere nothing is known, so all get the new one', (t) => {
  const unknown = { logicalId: 'One', deployed, runs: deployed, content: asDeployed }
  t.strictSame(updates(unknown), { One: newer })
  t.strictSame(Object.fromEntries(chooseUpdates([unknown], deployed)), {}, 'but for the same one')
  t.end()
})
