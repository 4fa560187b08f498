import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import t from 'tap'

import { errorCodes } from '../../plugin/errors.ts'

const root = resolve(import.meta.dirname, '../..')
const codes = Object.keys(errorCodes)
const page = await readFile(join(root, 'docs/errors.md'), 'utf8')
const headings = [...page.matchAll(/^## (\S+)$/gm)].map(([, code]) => code)

t.test('docs/errors.md explains every code and no other', (t) => {
  t.strictSame(headings.toSorted(), codes.toSorted())
  t.end()
})

t.test('both are in alphabetical order', (t) => {
  t.strictSame(codes, codes.toSorted())
  t.strictSame(headings, headings.toSorted())
  t.end()
})

t.test('every code is thrown somewhere', async (t) => {
  const entries = await readdir(join(root, 'plugin'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'errors.ts')
  const sources = await Promise.all(
    files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
  )
  const all = sources.join('\n')
  for (const code of codes) t.match(all, `'${code}'`, code)
})
