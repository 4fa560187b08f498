import { prepareRollback, type ProposedRollback } from '../actions/rollback.ts'
import { formatAge } from '../core/basics/duration.ts'
import { createRollbackPorts } from '../effects/rollback-ports.ts'
import { beforeTheEnd } from '../effects/temporary/before-the-end.ts'
import { hexOf } from '../oci/digest.ts'
import { ask } from './ask.ts'
import { openApp } from './open/open-app.ts'
import { createPaint } from './print/paint.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { printJson } from './print/print-json.ts'
import { formatTable } from './print/table.ts'
import { usages } from './usages.ts'

/**
 * `arc-images rollback [--name NAME | --production | --stack NAME] [--function "get /"] [--to DIGEST]
 * [--yes] [--json]`: functions go back to the images that they ran before, by the deployed template
 * alone. What it does is on stderr, the outcome on stdout.
 * @throws ContainerImageError COMMAND_INVALID, ROLLBACK_REFUSED, ROLLBACK_FAILED, STACK_BUSY,
 * STACK_NOT_UPDATABLE
 */
export async function rollback(args: readonly string[]): Promise<void> {
  const { values } = parseCommand('rollback', usages.rollback, args)
  const { yes = false, json = false, to, function: functions } = values
  const { aws, stackOf } = await openApp(process.cwd())
  const stackName = stackOf(values)
  const say = (message: string): void => void process.stderr.write(`${message}\n`)
  const ports = createRollbackPorts({ aws: await aws(), stackName, environment: process.env, say })
  const options = { stackName, ...(to && { to }), ...(functions && { functions }) }
  const { proposed, run } = await prepareRollback(options, ports)
  say(format(stackName, proposed, Date.now()))
  if (!yes && !process.stdin.isTTY)
    throw commandInvalid(
      'rollback',
      'asks before it changes anything; give --yes where nobody answers.',
    )
  if (!yes && !(await ask('Roll back?'))) return say('Nothing was changed.')
  const ended = beforeTheEnd(() =>
    say(
      `Interrupted. What was begun goes on in CloudFormation: look at the events of ${stackName}.`,
    ),
  )
  try {
    await run()
  } finally {
    ended()
  }
  if (json) return printJson('rollback', { stack: stackName, ...toJson(proposed) })
  process.stdout.write(
    `Done. 'arc-images rollback' once more brings back what ran until now; 'arc deploy' deploys the code of its checkout, so change it there too.\n`,
  )
}

function toJson({ moves, stays, notes }: ProposedRollback) {
  const functions = moves.map(({ name, fromPushedAt, toPushedAt, ...move }) => ({
    function: name,
    ...move,
    ...(fromPushedAt !== undefined && { fromPushedAt: new Date(fromPushedAt).toISOString() }),
    toPushedAt: new Date(toPushedAt).toISOString(),
  }))
  return { functions, stays: stays.map(({ name, why }) => ({ function: name, why })), notes }
}

function format(stackName: string, { moves, stays, notes }: ProposedRollback, now: number): string {
  const paint = createPaint(process.stderr, process.env)
  const rows = moves.map(({ name, image, from, fromPushedAt, to, toPushedAt }) => [
    name,
    image,
    hexOf(from, 12),
    fromPushedAt === undefined ? '' : formatAge(now - fromPushedAt),
    hexOf(to, 12),
    formatAge(now - toPushedAt),
  ])
  const head = ['Function', 'Image', 'From', 'Age', 'To', 'Age']
  return [
    paint('bold', `Rollback of ${stackName}`),
    formatTable(head, rows, [3, 5]),
    ...(stays.length === 0 ? [] : [formatStays(stays)]),
    ...notes,
  ].join('\n\n')
}

/** Many functions stay for the same reason. */
function formatStays(stays: ProposedRollback['stays']): string {
  const lines = [...Map.groupBy(stays, ({ why }) => why)].map(
    ([why, those]) => `- ${those.map(({ name }) => name).join(', ')}: ${why}`,
  )
  return `Everything else stays as it is deployed:\n${lines.join('\n')}`
}
