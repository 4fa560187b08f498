import { join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { commandNames, type Usage, usages } from '../../../plugin/cli/usages.ts'
import { plainNode } from '../../stand-in/harness/plain-node.ts'

const program = join(import.meta.dirname, '../../../plugin/cli.ts')

function run(...args: string[]) {
  return execa(...plainNode(program, ...args), { reject: false })
}

t.test('a command that does not exist', async (t) => {
  t.match(await run('plna'), {
    exitCode: 2,
    stderr: "COMMAND_INVALID: arc-images has no 'plna'. Did you mean 'plan'?",
  })
  t.match(await run('frobnicate'), {
    exitCode: 2,
    stderr: `COMMAND_INVALID: arc-images has no 'frobnicate'. It has ${commandNames.join(', ')}.`,
  })
  const { stdout, stderr } = await run('destroy')
  t.equal(stdout, '', 'nothing of the cursor in a pipe')
  t.match(stderr, /^COMMAND_INVALID: arc-images destroy needs --name/)
})

t.test('help is asked for in four ways', async (t) => {
  const [plain, flag, ofPlan, help] = await Promise.all([
    run(),
    run('--help'),
    run('plan', '-p', '-h'),
    run('help', 'plan'),
  ])
  t.equal(plain.stdout, flag.stdout)
  t.equal(ofPlan.stdout, help.stdout)
  t.match(ofPlan.stdout, /^arc-images plan /)
})

t.test('every command reads its arguments by the table', async (t) => {
  await Promise.all(
    Object.entries<Usage>(usages).map(async ([command, { operands, options }]) => {
      const argv = Object.entries(options).flatMap(([name, { type }]) =>
        type === 'string' ? [`--${name}`, 'x'] : [`--${name}`],
      )
      // Node names the first that is unknown, before anything is read.
      t.equal(
        (await run(command, ...argv, '--no-such')).stderr,
        `COMMAND_INVALID: arc-images ${command} has no option '--no-such'. 'arc-images ${command} --help' explains its options.`,
      )
      if (operands === undefined)
        t.match((await run(command, 'stray')).stderr, /takes options only, not 'stray'/)
    }),
  )
})
