import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'

import {
  adaptWorkflow,
  type CiManager,
  type RepositoryLayout,
} from '../../../../plugin/core/setup/adapt-workflow.ts'

const folder = join(import.meta.dirname, '../../../../.github/workflows')
const files = ['deploy.yml', 'deploy-pr.yml', 'teardown-pr.yml']
const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
const [deploy = '', deployPr = '', teardown = ''] = texts

const root: RepositoryLayout = {
  app: 'shop',
  folder: '',
  manager: 'npm',
  lockfile: 'package-lock.json',
  lockFolder: '',
  workspaces: [],
  branch: 'main',
}
const inside: RepositoryLayout = { ...root, folder: 'apps/shop', lockFolder: 'apps/shop' }

const stepsOf = (text: string, job: string): readonly Record<string, unknown>[] =>
  parse(text).jobs[job].steps
const install = (text: string) =>
  stepsOf(text, 'deploy').find(({ name }) => name === 'Install') ?? {}

t.test('of npm, in the root, on main: to the byte', (t) => {
  for (const text of texts) t.equal(adaptWorkflow(text, root), text)
  t.end()
})

t.test('another branch', (t) => {
  const text = adaptWorkflow(deploy, { ...root, branch: 'trunk' })
  t.equal(text, deploy.replace('branches: [main]', 'branches: [trunk]'))
  t.end()
})

t.test("each manager installs without packages' own scripts", (t) => {
  const ignore = { npm_config_ignore_scripts: 'true' }
  const rows: readonly (readonly [CiManager, string, object])[] = [
    ['pnpm', 'pnpm install --frozen-lockfile --ignore-scripts', ignore],
    ['yarn', 'yarn install --immutable', { YARN_ENABLE_SCRIPTS: 'false' }],
    ['yarn classic', 'yarn install --frozen-lockfile --ignore-scripts', ignore],
  ]
  for (const [manager, run, env] of rows) {
    const text = adaptWorkflow(deployPr, { ...root, manager })
    t.match(install(text), { run, env })
    const names = stepsOf(text, 'deploy').map(({ name }) => name)
    t.equal(names[names.indexOf('Install') - 1], `Provide ${manager.split(' ')[0]}`)
    t.notMatch(text, /cache: npm|npm ci/)
    t.match(text, "so packages' own scripts do not", 'comments stay')
  }
  t.end()
})

t.test('an app in a folder of its own', (t) => {
  const text = adaptWorkflow(deployPr, inside)
  const { name, on, concurrency, jobs } = parse(text)
  t.equal(name, 'shop: Deploy pull request')
  t.strictSame(on.pull_request.paths, ['apps/shop/**', '.github/workflows/shop-*.yml'])
  t.match(concurrency.group, /^shop-preview-/)
  t.strictSame(jobs.deploy.defaults, { run: { 'working-directory': 'apps/shop' } })
  t.equal(jobs.fork.defaults, undefined, 'which has no checkout')
  t.match(text, "hashFiles('apps/shop/docker/*/Dockerfile') != ''")
  t.match(text, 'cache-dependency-path: apps/shop/package-lock.json')
  t.equal(install(text)['working-directory'], undefined)

  const down = parse(adaptWorkflow(teardown, inside))
  t.equal(down.on.pull_request.paths, undefined, 'every pull request is torn down')
  t.match(down.jobs.closed.concurrency.group, /^shop-preview-/)
  const look = down.jobs.closed.steps.find(({ id }: { id?: string }) => id === 'look')
  t.match(look, { 'working-directory': '.', run: /grep .* apps\/shop\/package\.json/ })
  t.end()
})

t.test('a workspace: installed at its root, deployed when a neighbour changes', (t) => {
  const workspaces = ['packages/*', 'apps/shop']
  const text = adaptWorkflow(deployPr, { ...inside, lockFolder: '', workspaces })
  t.strictSame(parse(text).on.pull_request.paths, [
    'apps/shop/**',
    'package-lock.json',
    'package.json',
    'packages/*/**',
    '.github/workflows/shop-*.yml',
  ])
  t.equal(install(text)['working-directory'], '.')
  t.end()
})
