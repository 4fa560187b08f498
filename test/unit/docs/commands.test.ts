import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import t from 'tap'

import { helpOf } from '../../../plugin/cli/help.ts'
import { commandNames } from '../../../plugin/cli/usages.ts'
import { printedBlock } from '../../stand-in/assertions/printed-block.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/commands.md'), 'utf8')

t.test('docs/commands.md has every command, in the order of the alphabet', (t) => {
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  t.strictSame(headings, commandNames.toSorted())
  t.end()
})

for (const command of commandNames) {
  t.test(`docs/commands.md has the help of ${command} as it is printed`, (t) => {
    const printed = helpOf(command)
    t.equal(printedBlock(`arc-images ${command} --help`, printed), printed)
    t.end()
  })
}
