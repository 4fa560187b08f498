import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
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

t.test(
  'without Architect the advice depends on whether this is the folder of the app',
  async (t) => {
    // Below the root of the disk there is no node_modules to find.
    const directory = await mkdtemp(join(tmpdir(), 'no-architect-'))
    t.teardown(() => rm(directory, { recursive: true }))
    await t.rejects(loadInventory(directory), {
      code: 'ARCHITECT_MISSING',
      message: `Architect found no app.arc, arc.json or other manifest in ${directory}. Run this in the app's folder.`,
    })
    const missing = {
      code: 'ARCHITECT_MISSING',
      message: `No @architect/architect is installed for ${directory}. Run 'npm ci' in the folder of app.arc first.`,
    }
    await writeFile(join(directory, 'package.json'), '{ "arc": { "app": "my-app" } }')
    await t.rejects(loadInventory(directory), missing)
    await writeFile(join(directory, 'package.json'), '{}')
    await writeFile(join(directory, 'app.arc'), '@app\nmy-app\n')
    await t.rejects(loadInventory(directory), missing)
  },
)
