import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'
import { parse } from 'yaml'

import { adaptWorkflow } from '../../plugin/core/setup/adapt-workflow.ts'
import { readWorkflows } from '../../plugin/effects/setup/read-workflows.ts'
import { auditWorkflows, lint, lintWorkflows, skipWithoutJudges } from './toolchain/judges.ts'

// A first run installs them.
t.setTimeout(600_000)

const root = join(import.meta.dirname, '../..')
const folder = join(root, '.github/workflows')
const noActionlint = await skipWithoutJudges('actionlint')

t.test(
  'actionlint has no complaint, with shellcheck at its side',
  { skip: noActionlint },
  async (t) => {
    t.equal((await execa('shellcheck', ['--version'])).exitCode, 0)
    const files = (await readdir(folder)).map((file) => join(folder, file))
    t.ok(files.length > 4)
    t.equal(await lintWorkflows(files), '')
  },
)

t.test('zizmor has none, at its strictest', { skip: await skipWithoutJudges() }, async (t) => {
  t.equal(await auditWorkflows(join(root, '.github')), '')
  const careless = t.testdir({
    '.github': {
      workflows: {
        'a.yml':
          'on: pull_request_target\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo\n',
      },
    },
  })
  t.match(await auditWorkflows(join(careless, '.github')), 'dangerous-triggers', 'it would say so')
})

t.test("the workflows that 'init --ci' writes pass both", { skip: noActionlint }, async (t) => {
  const layouts = [
    { manager: 'pnpm', lockfile: 'pnpm-lock.yaml', folder: 'apps/shop', lockFolder: 'apps/shop' },
    { manager: 'yarn', lockfile: 'yarn.lock', folder: 'apps/shop', lockFolder: '' },
    { manager: 'npm', lockfile: 'package-lock.json', folder: 'web', lockFolder: '' },
  ] as const
  for (const layout of layouts) {
    const written = await Promise.all(
      [...(await readWorkflows())].map(async ([name, text]) => {
        const more = { app: 'shop', branch: 'trunk', workspaces: ['packages/*'] }
        return [name, adaptWorkflow(text, { ...layout, ...more })] as const
      }),
    )
    const folder = t.testdir({ '.github': { workflows: Object.fromEntries(written) } })
    const files = written.map(([name]) => join(folder, '.github/workflows', name))
    t.equal(await lintWorkflows(files), '', layout.manager)
    t.equal(await auditWorkflows(join(folder, '.github')), '', layout.manager)
  }
})

t.test('cfn-lint has none about the role', { skip: await skipWithoutJudges() }, async (t) => {
  const template: unknown = parse(await readFile(join(root, 'docs/aws/deploy-role.yaml'), 'utf8'))
  t.strictSame(await lint(template), [])
})
