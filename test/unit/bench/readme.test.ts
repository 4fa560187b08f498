import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { readmeTexts } from '../../../bench/write-readme.ts'

const root = join(import.meta.dirname, '../../..')

t.test('README and bench/README.md have the numbers that the benches wrote', async (t) => {
  const { bench, readme } = await readmeTexts()
  const written = 'run node bench/write-readme.ts'
  t.equal(await readFile(join(root, 'bench/README.md'), 'utf8'), bench, written)
  const text = await readFile(join(root, 'README.md'), 'utf8')
  t.equal(text, readme, written)
  t.match(text, /^## Speed\n\nWhole commands/m, 'the section is found')
})
