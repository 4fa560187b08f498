import { planDeployment } from '../actions/plan.ts'
import { formatBytes } from '../core/basics/format-bytes.ts'
import type { DeployPlan, ImagePlan } from '../core/report/deploy-plan.ts'
import { unlistedPlugin } from '../core/arc/unlisted-plugin.ts'
import { setupError } from '../core/setup-error.ts'
import type { Console } from '../effects/architect/console.ts'
import { generateTemplate } from '../effects/architect/generate-template.ts'
import { deployHooks, isOwn } from '../effects/architect/own-hooks.ts'
import { createPlanPorts } from '../effects/plan-ports.ts'
import { keepStdout } from './keep-stdout.ts'
import { openApp } from './open-app.ts'
import { createPaint, type Style } from './paint.ts'
import { parseCommand } from './parse-command.ts'
import { printJson } from './print-json.ts'
import { formatTable } from './table.ts'
import { usages } from './usages.ts'

/**
 * `arc-images plan [--name NAME | --production] [--json]`: what a deploy would do, against what is
 * live. Bundles and asks AWS, and builds, pushes and changes nothing.
 */
export async function plan(args: readonly string[]): Promise<void> {
  const { values } = parseCommand('plan', usages.plan, args)
  const directory = process.cwd()
  const stage = values.production ? 'production' : 'staging'
  const { app, aws, inventory, stackOf } = await openApp(directory, stage)
  const unlisted = deployHooks(inventory, 'services').some(isOwn) ? [] : unlistedPlugin(app)
  if (unlisted.length > 0) throw setupError(unlisted)
  const stackName = stackOf(values)
  const planned = await keepStdout(async () => {
    const { template, origins } = await generateTemplate({ directory, inventory, stage, stackName })
    const context = { app, inventory, stackName, environment: process.env, console: onlyWarnings }
    const ports = createPlanPorts({ ...context, aws: await aws() })
    return await planDeployment(app, template, ports, origins)
  })
  if (values.json) printJson('plan', { stack: stackName, ...planned })
  else process.stdout.write(`${format(stackName, planned)}\n`)
}

/** Steps are of no interest in a plan. */
const onlyWarnings: Console = {
  progress: () => {},
  status: () => {},
  done: () => {},
  details: () => {},
  warn: (message) => void process.stderr.write(`Warning: ${message}\n`),
  buildOutput: () => {},
  stop: () => {},
}

const colours: Readonly<Record<string, Style>> = {
  new: 'green',
  changed: 'yellow',
  unchanged: 'dim',
  replaced: 'magenta',
  removed: 'red',
}

function sizeOf({ size, liveSize, isThere }: ImagePlan): string {
  if (size === undefined) return liveSize === undefined ? '' : `is ${formatBytes(liveSize)} now`
  const change = liveSize === undefined ? 0 : size - liveSize
  const sign = change > 0 ? '+' : '-'
  const by = change === 0 ? '' : ` (${sign}${formatBytes(Math.abs(change))})`
  return `${formatBytes(size)}${by}${isThere ? '' : ', to be built'}`
}

function format(stackName: string, { images, functions }: DeployPlan): string {
  const paint = createPaint(process.stdout, process.env)
  const imageRows = images.map((image) => [
    image.state,
    image.name,
    image.changes.join(', '),
    image.isThere ? 'in the repository' : 'to be built',
    sizeOf(image),
  ])
  const functionRows = functions.map(({ state, name, changes }) => [
    state,
    name,
    changes.join(', '),
  ])
  const coloured = (table: string): string =>
    table.replaceAll(/^(?:new|changed|unchanged|replaced|removed)/gm, (state) =>
      paint(colours[state] ?? 'reset', state),
    )
  const tables = [
    formatTable(['Image', 'Name', 'Changed', 'Build', 'Size'], imageRows),
    formatTable(['Function', 'Name', 'Changed'], functionRows),
  ]
  return [paint('bold', `Deploy of ${stackName}`), ...tables.map(coloured)].join('\n\n')
}
