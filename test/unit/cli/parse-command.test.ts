import t from 'tap'

import { parseCommand } from '../../../plugin/cli/parse-command.ts'
import { usages } from '../../../plugin/cli/usages.ts'

t.test('options and operands', (t) => {
  const { values } = parseCommand('gc', usages.gc, ['-n', 'PR5', '--older-than=30d', '-y'])
  t.match({ ...values }, { name: 'PR5', 'older-than': '30d', yes: true, json: undefined })
  t.strictSame(parseCommand('dockerfile', usages.dockerfile, ['a']).positionals, ['a'])
  t.end()
})

t.test('an option that may have a value', (t) => {
  const inspect = (...args: readonly string[]) =>
    parseCommand('invoke', usages.invoke, ['get /', ...args])
  t.equal(inspect().values.inspect, undefined)
  t.equal(inspect('--inspect').values.inspect, '9229')
  t.equal(inspect('--inspect=9230').values.inspect, '9230')
  t.match(inspect('--inspect', '--json'), { positionals: ['get /'], values: { json: true } })
  t.end()
})

t.test('a mistaken call is told in our words', (t) => {
  const help = "'arc-images gc --help' explains its options."
  const faults = {
    '--nmae x': "has no option '--nmae'. Did you mean '--name'?",
    '--force': `has no option '--force'. ${help}`,
    '-x': `has no option '-x'. ${help}`,
    '--name': `needs a value for --name. ${help}`,
    '--older-than': `needs a value for --older-than. ${help}`,
    '--older-than --json': `needs a value for --older-than. ${help}`,
    '--json=x': `takes no value for --json. ${help}`,
    foo: `takes options only, not 'foo'. ${help}`,
  }
  for (const [args, fault] of Object.entries(faults))
    t.throws(() => parseCommand('gc', usages.gc, args.split(' ')), {
      code: 'COMMAND_INVALID',
      message: `arc-images gc ${fault}`,
    })
  t.end()
})
