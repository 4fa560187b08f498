import { planDeployment } from '../actions/plan.ts'
import { formatBytes } from '../core/basics/format-bytes.ts'
import { sizesPage } from '../core/page/sizes-page.ts'
import { formatBaseMove } from '../core/report/base-move.ts'
import type { DeployPlan, ImagePlan } from '../core/report/deploy-plan.ts'
import { listPackageChanges } from '../core/report/package-changes.ts'
import { createPlanPorts } from '../effects/plan-ports.ts'
import { openDeploy } from './open/open-deploy.ts'
import { createPaint, type Style } from './print/paint.ts'
import { parseCommand } from './parse-command.ts'
import { printJson } from './print/print-json.ts'
import { formatTable } from './print/table.ts'
import { usages } from './usages.ts'
import { writePage } from './print/write-page.ts'

/**
 * `arc-images plan [--name NAME | --production] [--json] [--html FILE]`: what a deploy would do, against what is
 * live. Bundles and asks AWS, and builds, pushes and changes nothing.
 */
export async function plan(args: readonly string[]): Promise<void> {
  const { values } = parseCommand('plan', usages.plan, args)
  const { stackName, ...opened } = await openDeploy(process.cwd(), values)
  const { plan: planned, sizes } = await opened.withTemplate(
    async ({ template, origins, context }) => {
      const ports = createPlanPorts({ ...context, aws: await opened.aws() })
      const withSizes = values.html !== undefined
      return await planDeployment(context.app, template, ports, { origins, withSizes })
    },
  )
  if (values.html !== undefined) {
    const against = `The deploy is compared with what ${stackName} runs now.`
    await writePage(values.html, sizesPage(`Deploy of ${stackName}`, against, sizes))
  }
  if (values.json)
    printJson('plan', { stack: stackName, ...planned, images: planned.images.map(toJson) })
  else process.stdout.write(`${format(stackName, planned)}\n`)
}

function toJson({ baseMoved, ...image }: ImagePlan) {
  if (baseMoved === undefined) return image
  const { livePushedAt, ...move } = baseMoved
  const at = livePushedAt === undefined ? undefined : new Date(livePushedAt).toISOString()
  return { ...image, baseMoved: { ...move, ...(at !== undefined && { livePushedAt: at }) } }
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
  const moves = images.flatMap(({ name, baseMoved }) =>
    baseMoved === undefined ? [] : `${name}: ${formatBaseMove(baseMoved, Date.now())}.`,
  )
  const packages = images.flatMap(({ name, packages: changes = [] }) =>
    changes.length === 0
      ? []
      : [[`Packages of ${name}, unpacked:`, ...listPackageChanges(changes, 5)].join('\n  ')],
  )
  const parts = [paint('bold', `Deploy of ${stackName}`), ...tables.map(coloured)]
  const news = moves.length === 0 ? [] : [moves.join('\n')]
  return [...parts, ...packages, ...news].join('\n\n')
}
