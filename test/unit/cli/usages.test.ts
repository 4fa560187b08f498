import { join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { usageFault } from '../../../plugin/cli/usage-fault.ts'
import { commandNames, helpOf, type Usage, usages } from '../../../plugin/cli/usages.ts'
import { plainNode } from '../../stand-in/harness/plain-node.ts'

t.test('help explains each option and has an example', async (t) => {
  t.equal(
    helpOf('sweep'),
    `  arc-images sweep --open "5 7" [--prefix PR]
    Deletes the stacks of pull requests that are closed

    --open "5 7"  The numbers of the pull requests that are open; "" for none
    --prefix PR   What precedes the number in a stack's --name; default PR
    -h, --help    Prints this

  Example: arc-images sweep --open "5 7"`,
  )
  for (const command of commandNames) {
    const { usage, options, example }: Usage = usages[command]
    const explained = Object.keys(options).join(' ')
    for (const flag of usage.match(/--[a-z-]+/g) ?? [])
      t.ok(explained.includes(flag), `${command} ${flag}`)
    t.ok(example.startsWith(`arc-images ${command}`), example)
  }
})

t.test('every explained option is one that the command takes', async (t) => {
  const program = join(import.meta.dirname, '../../../plugin/cli.ts')
  await Promise.all(
    Object.entries<Usage>(usages).map(async ([command, { options }]) => {
      const argv = Object.keys(options).flatMap((option) => {
        const [flag = '', value] = option.replace(/^-\w, /, '').split(' ')
        return value === undefined ? [flag] : [flag, 'x']
      })
      // Node names the first that is unknown, before anything is read.
      const run = await execa(...plainNode(program, command, ...argv, '--no-such'), {
        reject: false,
      })
      t.equal(
        run.stderr,
        `COMMAND_INVALID: arc-images ${command} has no option '--no-such'. 'arc-images ${command} --help' explains its options.`,
      )
    }),
  )
})

t.test('a mistaken call is told in our words', async (t) => {
  const help = "'arc-images gc --help' explains its options."
  const faults = {
    "Unknown option '--nmae'": "arc-images gc has no option '--nmae'. Did you mean '--name'?",
    "Unknown option '--force'. To specify a positional argument starting with a '-', ...": `arc-images gc has no option '--force'. ${help}`,
    "Option '-n, --name <value>' argument missing": `arc-images gc: --name needs a value. ${help}`,
    "Option '--older-than <value>' argument missing": `arc-images gc: --older-than needs a value. ${help}`,
    "Option '--json' does not take an argument": `arc-images gc: --json takes no value. ${help}`,
    "Unexpected argument 'foo'. This command does not take positional arguments": `arc-images gc takes options only, not 'foo'. ${help}`,
  }
  for (const [node, ours] of Object.entries(faults)) t.equal(usageFault('gc', node), ours)
})

t.test('a command that does not exist', async (t) => {
  const program = join(import.meta.dirname, '../../../plugin/cli.ts')
  const run = (...argv: string[]) => execa(...plainNode(program, ...argv), { reject: false })
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
