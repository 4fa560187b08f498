import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { parseInventory } from '../../../../plugin/core/arc/architect-app.ts'
import { loadInventory } from '../../../../plugin/effects/architect/load-inventory.ts'

const modules = join(import.meta.dirname, '../../../../node_modules')

async function folder(t: Test, files: Record<string, string>) {
  const directory = t.testdir(files)
  await symlink(modules, join(directory, 'node_modules'))
  return directory
}

t.test('an app by its manifest', async (t) => {
  for (const [name, text] of Object.entries({
    'app.arc': '@app\nmy-app\n',
    'arc.json': '{"app": "my-app"}',
  }))
    t.equal(parseInventory(await loadInventory(await folder(t, { [name]: text }))).name, 'my-app')
})

t.test('a folder without a manifest is no app', async (t) => {
  const directory = await folder(t, { 'index.html': '' })
  await t.rejects(loadInventory(directory), {
    code: 'ARCHITECT_MISSING',
    message: `Architect found no app.arc, arc.json or other manifest in ${directory}. Run this in the app's folder.`,
  })
})

t.test('nor is one without Architect', async (t) => {
  await t.rejects(loadInventory('/'), { code: 'ARCHITECT_MISSING', message: /Run 'npm ci'/ })
})
