/**
 * The corpus under AWS's own runtime client, in both handler resolution orders, with the module
 * loader switches that Lambda sets and, where this user may mount, a read-only /var/task.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'

import { bundleCase, cases, layOut, remove, unpack, type Case } from '../fixtures/corpus.ts'
import { inBothForms, zipApps } from '../fixtures/zip-apps.ts'
import { faults, writeFiles } from '../fixtures/runtime-faults.ts'
import type { Invocation } from '../stand-in/lambda/runtime-api.ts'
import { startFunctionProcess } from '../stand-in/lambda/start-function.ts'

const clients = [
  { version: '3.3.0', order: '3', program: ['node_modules/aws-lambda-ric/bin/index.mjs'] },
  { version: '4.0.2', order: '4', program: ['node_modules/aws-lambda-ric/index.mjs'] },
] as const
const loaderSwitches = ['--no-experimental-require-module', '--no-experimental-detect-module']
const standIn = resolve(import.meta.dirname, '../stand-in/lambda/runtime-client/bootstrap')

/** Puts a folder at /var/task, read-only, for one process; nothing outside of it sees the mount. */
const mountScript =
  'mount --bind "$1" /var/task && mount -o remount,ro,bind /var/task && cd /var/task && shift && exec "$@"'

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false
  mkdirSync('/var/task', { recursive: true })
  const probe = ['-m', 'sh', '-c', mountScript, 'sh', '/tmp', 'true']
  return spawnSync('unshare', probe).status === 0
}

const mounts = canMount()

async function invoke(
  argv: readonly string[],
  folder: string,
  handler: string,
  event: unknown,
  environment: Readonly<Record<string, string>>,
): Promise<Invocation> {
  const wrapper = mounts ? ['unshare', '-m', 'sh', '-c', mountScript, 'sh', folder] : []
  const running = await startFunctionProcess({
    argv: [...wrapper, ...argv],
    workingDirectory: folder,
    taskRoot: mounts ? '/var/task' : folder,
    handler,
    environment: { NODE_PATH: join(folder, '../runtime/node_modules'), ...environment },
  })
  try {
    return await running.invoke(event)
  } finally {
    await running.stop()
  }
}

async function runCase(t: Test, of: Case, argv: (handler: string) => string[]): Promise<void> {
  const app = await layOut(of.name, of.installed)
  t.teardown(() => remove(app))
  const { image, bundle } = await bundleCase(app, of)
  const root = await unpack(bundle, app, of)
  t.teardown(() => remove(root))
  const handler = image.functions[0]?.command ?? ''
  const answer = await invoke(
    argv(handler),
    join(root, 'var/task'),
    handler,
    of.event ?? {},
    of.runtime ?? {},
  )
  t.strictSame(answer.error, undefined)
  t.equal(answer.streamed, of.streamed ?? false)
  const text = answer.payload.toString()
  t.match(of.streamed === true ? text : JSON.parse(text), of.answer)
}

for (const { version, order, program } of clients) {
  const script = join(import.meta.dirname, 'toolchain/install-ric.sh')
  const install = spawnSync('sh', [script, version], { encoding: 'utf8' })
  const skip =
    install.status === 0 ? false : `aws-lambda-ric ${version}: ${install.stderr.slice(-200)}`
  if (skip !== false) console.error(`# skipped: ${skip}`)
  const real = (handler: string): string[] => [
    process.execPath,
    ...loaderSwitches,
    join(install.stdout.trim(), ...program),
    handler,
  ]

  t.test(`aws-lambda-ric ${version}`, { skip }, async (t) => {
    for (const of of cases) {
      t.test(of.name, async (t) => await runCase(t, of, real))
    }
  })

  t.test(`a zip and an image under aws-lambda-ric ${version}`, { skip }, async (t) => {
    for (const { name, answer, ...given } of zipApps) {
      t.test(name, async (t) => {
        const { image, zip, folders } = await inBothForms(given)
        t.teardown(() => Promise.all(folders.map(remove)))
        for (const [folder, handler] of [
          [zip.root, 'index.handler'],
          [image, 'http/get-index/index.handler'],
        ] as const) {
          const { error, payload } = await invoke(real(handler), folder, handler, {}, {})
          t.strictSame(error, undefined)
          t.strictSame(JSON.parse(payload.toString()), answer)
        }
      })
    }
  })

  t.test(`the stand-in reports what aws-lambda-ric ${version} reports`, { skip }, async (t) => {
    for (const fault of faults) {
      t.test(fault.name, async (t) => {
        const root = t.testdir({ var: { task: { 'package.json': '{}' } } })
        await writeFiles(join(root, 'var/task'), fault.files)
        const { handler } = fault
        const task = join(root, 'var/task')
        const theirs = await invoke(real(handler), task, handler, {}, {})
        const ours = await invoke([standIn], task, handler, {}, { RUNTIME_CLIENT: order })
        t.equal(ours.error?.errorType, theirs.error?.errorType)
        t.equal(ours.payload.length === 0, theirs.payload.length === 0)
        t.equal(theirs.error?.errorType, fault.errorType[order])
      })
    }
  })
}
