import { join } from 'node:path'

import type { SyncOutcome } from '../actions/sync.ts'
import { watchSync } from '../actions/watch-sync.ts'
import { explainSystemError } from '../core/basics/system-error.ts'
import { redact } from '../effects/secrets/known-secrets.ts'
import { watchSources } from '../effects/sync/watch-sources.ts'
import { ContainerImageError } from '../errors.ts'
import type { Digest } from '../oci/digest.ts'
import { openSync, type OpenedSync } from './open/open-sync.ts'
import { parseCommand } from './parse-command.ts'
import { printJsonLine } from './print/print-json.ts'
import { printLogs } from './print/print-logs.ts'
import { usages } from './usages.ts'

/**
 * `arc-images sync [--name NAME] [--watch] [--logs] [--json]`: brings changed code to the functions
 * of a deployed stack, past CloudFormation.
 */
export async function sync(args: readonly string[]): Promise<void> {
  const { values } = parseCommand('sync', usages.sync, args)
  const directory = process.cwd()
  const json = values.json === true
  const images = new Map<string, Digest>()
  let round: Promise<unknown> = Promise.resolve()
  const tell = (outcome: SyncOutcome): void => {
    for (const one of outcome.functions) images.set(one.function, one.digest)
    if (json) printJsonLine('sync', factsOf(outcome))
    else process.stdout.write(`${redact(format(outcome))}\n`)
  }
  const follow = async (opened: OpenedSync): Promise<void> => {
    const { aws, functions } = await opened.logs()
    for (const { name, image } of functions) if (image && !images.has(name)) images.set(name, image)
    const imageOf = (name: string) => images.get(name)
    await printLogs(aws, functions, {
      from: Date.now(),
      tail: true,
      json,
      imageOf,
      turn: () => round,
    })
  }
  const open = async (): Promise<OpenedSync> => await openSync(directory, values)
  if (values.watch !== true) {
    const opened = await open()
    tell(await opened.run())
    return values.logs === true ? await follow(opened) : undefined
  }

  let logs: Promise<void> | undefined
  const watch = watchSources()
  try {
    await watchSync({
      async open() {
        const opened = await open()
        const run = (): Promise<SyncOutcome> => {
          const running = opened.run()
          round = running.catch(() => undefined)
          return running
        }
        if (values.logs === true) logs ??= follow(opened).catch(fail)
        return { ...opened, run }
      },
      always: manifests.map((name) => join(directory, name)),
      follow: watch.follow,
      changed: watch.changed,
      tell,
      fail,
    })
  } finally {
    await watch.close()
  }

  function fail(thrown: unknown): void {
    const error = explainSystemError(thrown)
    if (!(error instanceof ContainerImageError) || neverBetter.has(error.code)) throw error
    const { code, message } = error
    if (json) printJsonLine('sync', { error: { code, message } })
    else process.stderr.write(`${redact(`${code}: ${message}`)}\n`)
  }
}

/** What Architect reads in the app's folder, and the shell's variables for it. */
const manifests = ['app.arc', '.arc', 'arc.json', 'arc.yaml', 'arc.yml', 'package.json', '.env']

/** What no save of a file mends. */
const neverBetter: ReadonlySet<string> = new Set([
  'ARCHITECT_MISSING',
  'AWS_CREDENTIALS_MISSING',
  'AWS_REGION_MISSING',
  'COMMAND_INVALID',
  'SYNC_PRODUCTION',
])

function secondsOf(outcome: SyncOutcome): number {
  const all = Object.values(outcome.phases).reduce((sum, milliseconds) => sum + milliseconds, 0)
  return Math.round(all) / 1000
}

function factsOf(outcome: SyncOutcome): Readonly<Record<string, unknown>> {
  const milliseconds = Object.entries(outcome.phases).map(([phase, spent]) => [
    phase,
    Math.round(spent),
  ])
  return {
    ...outcome,
    seconds: secondsOf(outcome),
    phases: Object.fromEntries(milliseconds),
  }
}

function format(outcome: SyncOutcome): string {
  const { stack, functions, notes, phases } = outcome
  if (functions.length === 0) return `${stack} runs what is here already.`
  const lines = functions.map(
    ({ function: name, image, isDeployed }) =>
      `${name}  ${isDeployed ? 'what was deployed again' : `new image of ${image}`}`,
  )
  const lambda = ((phases.lambda ?? 0) / 1000).toFixed(1)
  const total = secondsOf(outcome).toFixed(1)
  return [
    ...lines,
    ...notes,
    `${stack} has it after ${total} s, ${lambda} s of them Lambda's.`,
  ].join('\n')
}
