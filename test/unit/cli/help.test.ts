import t from 'tap'

import { helpOf, helpOfAll } from '../../../plugin/cli/help.ts'
import { commandNames, type Usage, usages } from '../../../plugin/cli/usages.ts'

t.test('help explains each option and has an example', (t) => {
  t.equal(
    helpOf('sweep'),
    `arc-images sweep [--open "5 7"] [--prefix PR]

Deletes the stacks of pull requests that are closed.

  --open "5 7"  The numbers of the pull requests that are open; "" for none
  --prefix PR   What precedes the number in a stack's --name; default PR
  --verbose     Prints the stack and the causes of an error
  -h, --help    Prints this

Example: arc-images sweep --open "5 7"`,
  )
  t.end()
})

t.test('help fits 80 columns, and each example is a call of its command', (t) => {
  for (const command of commandNames) {
    const { example }: Usage = usages[command]
    t.ok(example.startsWith(`arc-images ${command}`), example)
    t.ok(example.length <= 71, `${example} fits`)
    t.strictSame(tooWide(helpOf(command)), [])
  }
  t.strictSame(tooWide(helpOfAll()), [])
  t.end()
})

function tooWide(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.length > 80)
}
