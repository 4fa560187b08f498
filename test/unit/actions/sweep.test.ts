import t from 'tap'

import { sweepStacks, type SweepPorts } from '../../../plugin/actions/sweep.ts'
import type { KnownStack } from '../../../plugin/ports/destroy.ts'

const hour = 60 * 60 * 1000
const options = { prefix: 'AppStagingPR', open: new Set([7]), now: 10 * hour }

function world(names: readonly string[], stuck: readonly string[] = []) {
  const stacks = new Map(
    names.map((name): [string, KnownStack] => [
      name,
      { id: name, name, status: 'UPDATE_COMPLETE', changed: 0, outputs: {} },
    ]),
  )
  const said: string[] = []
  const ports: SweepPorts = {
    listStacks: async () => [...stacks.values()],
    findStack: async (name) => stacks.get(name),
    listResources: async () => [],
    emptyBucket: async () => 0,
    async deleteStack({ name }) {
      if (!stuck.includes(name)) stacks.delete(name)
    },
    deleteLogGroups: async () => 0,
    wait: async () => {},
    say: () => {},
    done: (message) => void said.push(message),
  }
  return { ports, said, left: () => [...stacks.keys()] }
}

t.test('stacks of closed pull requests go, and no other', async (t) => {
  const { ports, said, left } = world(['AppStaging', 'AppStagingPR5', 'AppStagingPR7', 'Other'])
  await sweepStacks(options, ports)
  t.strictSame(left(), ['AppStaging', 'AppStagingPR7', 'Other'])
  t.strictSame(said, ['Deleted stack AppStagingPR5'])
})

t.test('one that cannot be deleted does not keep the others', async (t) => {
  const { ports, said, left } = world(['AppStagingPR5', 'AppStagingPR6'], ['AppStagingPR5'])
  await t.rejects(sweepStacks(options, ports), {
    code: 'STACK_NOT_DELETED',
    message: /'AppStagingPR5'/,
  })
  t.strictSame(left(), ['AppStagingPR5'])
  t.strictSame(said, ['Deleted stack AppStagingPR6'])
})

t.test('nothing to do is said', async (t) => {
  const { ports, said } = world(['AppStagingPR7'])
  await sweepStacks(options, ports)
  t.strictSame(said, ['No stack AppStagingPR<number> is left behind'])
})
