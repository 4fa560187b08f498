import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'

import { readRepository } from '../../../../plugin/effects/setup/read-repository.ts'

async function repositoryOf(files: Record<string, string>, branch = 'main') {
  const root = t.testdir({ 'x.txt': '' })
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  await execa('git', ['init', '-q', '-b', branch], { cwd: root })
  return root
}

t.test('an app in the root', async (t) => {
  const root = await repositoryOf({ 'package-lock.json': '{}' }, 'trunk')
  await execa('git', ['remote', 'add', 'origin', 'https://github.com/ada/memory.git'], {
    cwd: root,
  })
  t.strictSame(await readRepository(root), {
    folder: '',
    lockfile: 'package-lock.json',
    lockFolder: '',
    manager: 'npm',
    workspaces: [],
    branch: 'trunk',
    gitHub: 'ada/memory',
  })
})

t.test('an app of a workspace, by npm, pnpm and yarn', async (t) => {
  const npm = await repositoryOf({
    'package.json': '{"workspaces":["packages/*"]}',
    'package-lock.json': '{}',
    'packages/web/app.arc': '',
  })
  t.match(await readRepository(join(npm, 'packages/web')), {
    folder: 'packages/web',
    lockFolder: '',
    manager: 'npm',
    workspaces: ['packages/*'],
  })
  const pnpm = await repositoryOf({
    'pnpm-lock.yaml': '',
    'pnpm-workspace.yaml': 'packages:\n- apps/*\n- "!apps/old"\n',
    'apps/web/app.arc': '',
  })
  t.match(await readRepository(join(pnpm, 'apps/web')), {
    manager: 'pnpm',
    workspaces: ['apps/*'],
  })
  const classic = await repositoryOf({ 'web/yarn.lock': '# yarn lockfile v1\n' })
  t.match(await readRepository(join(classic, 'web')), {
    manager: 'yarn classic',
    lockFolder: 'web',
    workspaces: [],
  })
  const berry = await repositoryOf({ 'web/yarn.lock': '__metadata:\n' })
  t.match(await readRepository(join(berry, 'web')), { manager: 'yarn' })
})

t.test('what a workflow cannot be made without', async (t) => {
  const root = await repositoryOf({ 'package.json': '{}' })
  await t.rejects(readRepository(root), { code: 'COMMAND_INVALID', message: /no lockfile/ })
})
