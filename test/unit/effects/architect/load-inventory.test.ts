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

t.test('what Architect cannot read is told in its words, with what to do', async (t) => {
  const told = async (text: string) =>
    await loadInventory(await folder(t, { 'app.arc': text })).catch((error: unknown) => error)
  t.match(await told('\uFEFF@app\nmy-app\n'), {
    code: 'APP_UNREADABLE',
    message: /^Architect says: .*\n.*\napp\.arc begins with a byte-order mark/,
  })
  t.match(await told('@app\nmy-app\n@plugins\narc-plugin-nope\n'), {
    code: 'APP_UNREADABLE',
    message: /Cannot find plugin 'arc-plugin-nope'.*\nRun 'npm install --save-dev arc-plugin-nope'/,
  })
  t.match(await told('@app\nmy app\n@http\nget\n'), {
    code: 'APP_UNREADABLE',
    message: /Correct it: 'arc deploy' in .* ends with the same\.$/,
  })
})

t.test('without credentials, where variables are read', async (t) => {
  const directory = await folder(t, { 'app.arc': '@app\nmy-app\n@http\nget /\n' })
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'HOME']
  const before = names.map((name) => [name, process.env[name]] as const)
  t.teardown(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })
  for (const name of names) delete process.env[name]
  Object.assign(process.env, { HOME: directory, AWS_PROFILE: 'nope' })
  await t.rejects(loadInventory(directory, { name: 'staging', askAws: true }), {
    code: 'AWS_CREDENTIALS_MISSING',
    message: /^There is no profile 'nope'/,
  })
})
