import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { type Setting, settings } from '../../../../plugin/core/settings/settings.ts'

const places: Readonly<Record<Setting['place'], string>> = {
  app: 'app',
  image: 'image',
  both: 'app, image',
}
const builders = { embedded: ', embedded', dockerfile: ', Dockerfile' }

t.test("The docs' table of settings has a row of its own for each", async (t) => {
  const page = await readFile(join(import.meta.dirname, '../../../../docs/settings.md'), 'utf8')
  const [, table = ''] =
    /^\| Setting \| Where \| Meaning \|\n\| --- .*\n((?:\|.*\n)+)/m.exec(page) ?? []
  const rows = [...settings.values()].map(({ name, place, builder, description }) => {
    const where = places[place] + (builder === undefined ? '' : builders[builder])
    return `| \`${name}\` | ${where} | ${description} |`
  })
  t.strictSame(table.trimEnd().split('\n'), rows)
})
