import { resolve } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { plainNode } from '../stand-in/harness/plain-node.ts'

const program = resolve(import.meta.dirname, '../../scripts/test-aws.ts')
const verdicts = /^(holds|DOES NOT HOLD): (\w+):/gm

function start() {
  return execa(...plainNode(program, '--stand-in'), {
    all: true,
    reject: false,
    stdin: 'ignore',
    detached: true,
  })
}

t.test('the live check as a whole, against the stand-in of AWS', async (t) => {
  const { exitCode, all } = await start()
  t.equal(exitCode, 0, all)
  t.strictSame(
    [...all.matchAll(verdicts)].map(([, verdict, id]) => `${id} ${verdict}`),
    'push repository layers invoke identical change replace rollback why lifecycle gc teardown'
      .split(' ')
      .map((id) => `${id} holds`),
  )
  // Its runtime client is not AWS's, and it has no Docker.
  t.equal(all.split('| not tried |').length - 1, 2)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  t.test(`${signal} in the middle: everything is deleted all the same`, async (t) => {
    const running = start()
    let seen = ''
    running.all.on('data', (bytes: Buffer) => {
      const before = seen
      seen += bytes.toString()
      const step = 'changing a line'
      if (!before.includes(step) && seen.includes(step) && running.pid !== undefined)
        setTimeout(() => process.kill(-(running.pid ?? 0), signal), 500)
    })
    const { exitCode, all } = await running
    t.equal(exitCode, 130, all)
    t.match(
      all,
      /changing a line.*\nThe check stopped: it was interrupted\.\ndeleting everything\n/,
    )
    t.match(all, /^holds: teardown: .*the stack is gone$/m)
  })
}

t.test('nothing is made unless somebody agrees', async (t) => {
  const { exitCode, all } = await execa(...plainNode(program), {
    all: true,
    reject: false,
    stdin: 'ignore',
  })
  t.equal(exitCode, 0)
  t.match(all, /It asks each function.*\n.*ten minutes/)
  t.match(all, 'Nobody can be asked here: say --yes.\nNothing was made.')
})
