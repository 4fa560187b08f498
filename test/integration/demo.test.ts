import { join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { plainNode } from '../stand-in/harness/plain-node.ts'

const demo = join(import.meta.dirname, '../../scripts/demo.ts')

t.test('the demo answers, and a second run sends nothing', async (t) => {
  const state = t.testdir()
  const run = () => execa(...plainNode(demo, '--state', state), { all: true, reject: false })

  const first = await run()
  t.equal(first.exitCode, 0, first.all)
  t.match(first.all, /Sent to the registry: .* in \d+ uploads/)
  t.notMatch(
    first.all,
    'did not start',
    'the start check is not asked about a base without programs',
  )
  if (process.platform === 'linux') {
    t.match(first.all, 'What Ada likes to drink is green tea')
    t.match(first.all, '"error":"forbidden"')
  } else {
    t.match(first.all, 'Not started')
  }

  const second = await run()
  t.equal(second.exitCode, 0, second.all)
  t.match(second.all, 'Sent to the registry: nothing')
})
