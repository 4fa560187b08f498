import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'

/** Of apps of yarn, 1.x and later ones differ in how they install. */
export type CiManager = 'npm' | 'pnpm' | 'yarn' | 'yarn classic'

/** Where an app is in its repository, and how its packages are installed. */
export interface RepositoryLayout {
  /** The name under `@app`. */
  readonly app: string
  /** From the repository's root, without slashes at its ends; empty: the root itself. */
  readonly folder: string
  readonly manager: CiManager
  /** Name of the lockfile, and its folder as `folder` is. */
  readonly lockfile: string
  readonly lockFolder: string
  /** Patterns of the folders that are installed together with the app's. */
  readonly workspaces: readonly string[]
  /** What is deployed to staging. */
  readonly branch: string
}

/** By packages' own scripts anything could become the role. */
const installs: Readonly<Record<CiManager, { readonly run: string; readonly env: object }>> = {
  npm: { run: 'npm ci', env: { npm_config_ignore_scripts: 'true' } },
  pnpm: {
    run: 'pnpm install --frozen-lockfile --ignore-scripts',
    env: { npm_config_ignore_scripts: 'true' },
  },
  yarn: { run: 'yarn install --immutable', env: { YARN_ENABLE_SCRIPTS: 'false' } },
  'yarn classic': {
    run: 'yarn install --frozen-lockfile --ignore-scripts',
    env: { npm_config_ignore_scripts: 'true' },
  },
}

/**
 * A workflow of this package for an app of another layout. Comments and order stay; for an app of npm
 * in the root, on branch `main`, it is the text itself.
 */
export function adaptWorkflow(text: string, layout: RepositoryLayout): string {
  const document = parseDocument(text)
  const { app, folder } = layout
  if (document.hasIn(['on', 'push', 'branches']))
    setFlow(document, ['on', 'push', 'branches'], [layout.branch])
  if (folder !== '') {
    document.set('name', `${app}: ${String(document.get('name'))}`)
    for (const trigger of ['push', 'pull_request']) narrow(document, trigger, layout)
    prefixGroup(document, ['concurrency', 'group'], app)
  }
  const jobs = document.get('jobs')
  for (const { key, value: job } of isMap(jobs) ? jobs.items : []) {
    if (!isMap(job)) continue
    prefixGroup(document, ['jobs', String(key), 'concurrency', 'group'], folder === '' ? '' : app)
    adaptJob(document, job, layout)
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** A deploy of what is in the app's folder, or is installed with it; a teardown of everything. */
function narrow(document: Document, trigger: string, layout: RepositoryLayout): void {
  const place = ['on', trigger]
  const on = document.getIn(place)
  if (!isMap(on) || String(on.get('types')).includes('closed')) return
  const { folder, lockFolder, lockfile, workspaces, app } = layout
  const root = lockFolder === '' ? '' : `${lockFolder}/`
  const shared = folder === lockFolder ? [] : [`${root}${lockfile}`, `${root}package.json`]
  const paths = [
    `${folder}/**`,
    ...shared,
    ...workspaces.map((pattern) => `${root}${pattern.replace(/\/+$/, '')}/**`),
    `.github/workflows/${app}-*.yml`,
  ]
  document.setIn([...place, 'paths'], document.createNode([...new Set(paths)]))
}

function adaptJob(document: Document, job: YAMLMap, layout: RepositoryLayout): void {
  const steps = job.get('steps')
  if (!isSeq(steps)) return
  const all = steps.items.filter(isMap)
  if (!all.some((step) => String(step.get('uses')).startsWith('actions/checkout@'))) return
  const { folder } = layout
  if (folder !== '')
    job.items.splice(
      job.items.findIndex(({ key }) => String(key) === 'steps'),
      0,
      document.createPair('defaults', { run: { 'working-directory': folder } }),
    )
  for (const step of all) adaptStep(document, step, layout)
  if (layout.manager === 'npm') return
  const at = steps.items.findIndex((step) => isMap(step) && step.get('name') === 'Install')
  const name = `Provide ${layout.manager.split(' ')[0]}`
  steps.items.splice(at, 0, document.createNode({ name, run: 'corepack enable' }))
}

function adaptStep(document: Document, step: YAMLMap, layout: RepositoryLayout): void {
  const { folder, lockFolder, lockfile, manager } = layout
  const condition = step.get('if')
  if (typeof condition === 'string' && folder !== '')
    step.set('if', condition.replaceAll("hashFiles('", `hashFiles('${folder}/`))
  const inputs = step.get('with')
  if (isMap(inputs) && inputs.has('cache')) {
    if (manager !== 'npm') {
      inputs.delete('cache')
      inputs.set('package-manager-cache', false)
    } else if (lockFolder !== '') inputs.set('cache-dependency-path', `${lockFolder}/${lockfile}`)
  }
  if (step.get('name') === 'Install') {
    step.set('run', installs[manager].run)
    step.set('env', document.createNode(installs[manager].env))
    quoteTexts(step.get('env'))
    if (lockFolder !== folder) step.set('working-directory', lockFolder === '' ? '.' : lockFolder)
  }
  // The default branch may not have the folder yet.
  const script = step.get('run')
  if (folder !== '' && step.get('id') === 'look' && typeof script === 'string') {
    step.set('run', script.replace(' package.json', ` ${folder}/package.json`))
    step.set('working-directory', '.')
  }
}

/** GitHub's variables are texts; `true` would be none. */
function quoteTexts(node: unknown): void {
  for (const { value } of isMap(node) ? node.items : [])
    if (isScalar(value)) value.type = 'QUOTE_SINGLE'
}

function setFlow(document: Document, path: readonly string[], values: readonly string[]): void {
  const node = document.createNode(values)
  if (isSeq(node)) node.flow = true
  document.setIn(path, node)
}

/** Two apps of one repository do not wait for each other. */
function prefixGroup(document: Document, path: readonly string[], app: string): void {
  const group = document.getIn(path)
  if (typeof group === 'string' && app !== '') document.setIn(path, `${app}-${group}`)
}
