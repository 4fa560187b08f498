/**
 * The world fails in one way at a time, and a deploy ends in one of two: it did what it was asked,
 * or the stack is as it was and one error with a code says what to do. The tables are beside this.
 */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { errorCodes } from '../../plugin/errors.ts'
import { type ImageApp, type ImageRun, openImageApp } from '../stand-in/inputs/image-app.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { pushImage } from '../stand-in/inputs/push-image.ts'
import { awsGroups } from './fault-matrix/aws-faults.ts'
import { diskGroups } from './fault-matrix/disk-faults.ts'
import { dockerGroups } from './fault-matrix/docker-faults.ts'
import type { FaultGroup, FaultRow } from './fault-matrix/fault-row.ts'
import { firstDeploySteps, killSignals, nextDeploySteps } from './fault-matrix/kill-steps.ts'
import { npmGroups } from './fault-matrix/npm-faults.ts'
import { registryGroups } from './fault-matrix/registry-faults.ts'
import { stackGroups } from './fault-matrix/stack-states.ts'

t.setTimeout(600_000)
// Much of the time is waiting until something is tried again.
t.jobs = 4

const groups: readonly FaultGroup[] = [
  ...registryGroups,
  ...awsGroups,
  ...stackGroups,
  ...diskGroups,
  ...npmGroups,
  ...dockerGroups,
]
/** `FAULT=reset node test/integration/fault-matrix.test.ts`: those with this in their names. */
const only = process.env['FAULT']

/** Its packages are installed once for all. */
const earlier = await openImageApp()
t.teardown(() => earlier.close())
t.equal((await earlier.deploy()).exitCode, 0)

const rows = groups.flatMap((group) => group.rows)
/** What killed.test.ts and interrupted.test.ts do, `gc` included. */
const kills =
  Object.keys(firstDeploySteps).length +
  killSignals.length * (Object.keys(nextDeploySteps).length + 1)
t.comment(`${rows.length} faults are injected here, and ${kills} kills at named steps elsewhere`)
t.ok(rows.length >= 60)
t.equal(new Set(rows.map(({ name }) => name)).size, rows.length, 'each of them is another')

for (const { name, from, rows, prepare } of groups) {
  t.test(name, { buffered: true }, async (t) => {
    const chosen = rows.filter((row) => only === undefined || row.name.includes(only))
    if (chosen.length === 0) return
    const open = async (t: Test): Promise<ImageApp> => {
      const app = await openApp(t)
      await prepare?.(app)
      return app
    }
    const shared = from === 'nothing' ? undefined : await open(t)
    if (shared !== undefined) await deployed(t, shared)
    for (const row of chosen) {
      await t.test(row.name, { skip: row.skip ?? false }, async (t) =>
        meet(t, shared ?? (await open(t)), row),
      )
    }
    if (shared !== undefined) await deployed(t, shared)
  })
}

t.test('two deploys and a gc at once', { buffered: true, skip: only !== undefined }, async (t) => {
  const app = await openApp(t)
  await deployed(t, app)
  for (const digit of ['1', '2', '3'])
    await pushImage(app.aws, {
      repository: 'greeter-lambda-images',
      tag: `small-arm64-${digit.repeat(32)}`,
    })
  await app.edit('src/scheduled/nightly/index.mjs', (text) => `${text}export const meet = 1\n`)
  const own = { ARC_CONTAINER_IMAGES_CACHE: t.testdir() }
  const [first, second, swept] = await Promise.all([
    app.deploy(),
    app.deploy({ environment: own }),
    runArcImages(app, ['gc', '--yes']),
  ])
  t.equal(swept.exitCode, 0, swept.stderr)
  t.ok([first, second].some(({ exitCode }) => exitCode === 0))
  for (const { exitCode, output } of [first, second]) {
    // CloudFormation itself takes one update at a time.
    if (exitCode !== 0) t.match(output, /state and can not be updated|STACK_NOT_UPDATABLE/)
  }
  for (const { packageType, resolvedImageUri = '' } of functionsOf(app)) {
    if (packageType !== 'Image') continue
    const [repository = '', digest = ''] = resolvedImageUri.split('/').at(-1)?.split('@') ?? []
    t.ok(await app.aws.registry.manifest(repository, digest), 'what runs is still there')
  }
  await deployed(t, app)
})

function functionsOf({ aws }: ImageApp) {
  return Object.values(aws.stack('GreeterStaging')?.deployment.functions ?? {})
}

/** A deploy without a fault, so that nothing that a fault left is in its way. */
async function deployed(t: Test, app: ImageApp): Promise<void> {
  const { exitCode, output } = await app.deploy()
  t.equal(exitCode, 0, output)
}

async function openApp(t: Test): Promise<ImageApp> {
  const app = await openImageApp({ dependenciesOf: earlier })
  t.teardown(() => app.close())
  return app
}

/** One deploy of changed code in a world that fails. */
async function meet(t: Test, app: ImageApp, row: FaultRow): Promise<void> {
  const before = runs(app)
  await app.edit(
    'src/scheduled/nightly/index.mjs',
    (text) => `${text}export const met${Date.now()} = 1\n`,
  )
  const scratch = await mkdtemp(join(tmpdir(), 'fault-'))
  t.teardown(() => rm(scratch, { recursive: true, force: true }))
  const temporary = join(scratch, 'temporary')
  await mkdir(temporary)
  const { environment, limit, undo } = (await row.inject(app, scratch)) ?? {}
  const run = await app.deploy({
    environment: { TMPDIR: temporary, ...environment },
    ...(limit !== undefined && { limit }),
  })
  const cache = environment?.['ARC_CONTAINER_IMAGES_CACHE'] ?? app.cache
  const left = await Promise.all([readdir(temporary), unfinished(cache)])
  app.aws.heal()
  for (const registry of [app.aws.registry, app.bases]) registry.heal()
  await undo?.()

  t.strictSame(
    left.flat().filter((name) => !/^_pause-architect|^node-compile-cache/.test(name)),
    [],
    'nothing of ours is left',
  )
  t.notMatch(run.output, /^\s+at .*[:(]\d+/m, 'no stack trace')
  if (row.end === 'deployed') {
    t.equal(run.exitCode, 0, run.output)
    t.strictSame(codesIn(run), [], run.output)
    t.not(runs(app), before, 'another image runs')
    return
  }
  t.equal(run.exitCode, 1, run.output)
  t.strictSame(codesIn(run), row.end.codes, run.output)
  t.match(run.output, row.end.says)
  t.equal(runs(app), before, 'the stack is as it was')
}

/** Every stack with its state, its template and what it runs. */
function runs({ aws }: ImageApp): string {
  return JSON.stringify(aws.state.stacks.map(({ status, deployment }) => [status, deployment]))
}

/** Those of ours, without what a registry itself calls an error. */
function codesIn({ output }: ImageRun): readonly string[] {
  const found = [...output.matchAll(/(?:^|^- |failed! )([A-Z]+(?:_[A-Z]+)+): /gm)]
  return found.map(([, code = '']) => code).filter((code) => Object.hasOwn(errorCodes, code))
}

async function unfinished(cache: string): Promise<readonly string[]> {
  return await readdir(join(cache, 'temporary')).catch(() => [])
}
