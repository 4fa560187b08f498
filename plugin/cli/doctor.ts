import { examineAll, type NamedFinding } from '../actions/doctor.ts'
import { createDoctorPorts } from '../effects/doctor-ports.ts'
import { openApp } from './open/open-app.ts'
import { createPaint, type Style } from './print/paint.ts'
import { parseCommand } from './parse-command.ts'
import { printJson } from './print/print-json.ts'
import { formatTable } from './print/table.ts'
import { usages } from './usages.ts'

const colours: Readonly<Record<NamedFinding['state'], Style>> = {
  ok: 'green',
  note: 'yellow',
  stops: 'red',
}

/**
 * `arc-images doctor [--name NAME | --production] [--json]`: looks at all that a deploy depends on,
 * and changes nothing.
 * @returns 1 when something would stop a deploy
 */
export async function doctor(args: readonly string[]): Promise<0 | 1> {
  const { values } = parseCommand('doctor', usages.doctor, args)
  const { app, inventory, stackOf } = await openApp(process.cwd())
  const stackName = stackOf(values)
  const environment = process.env
  const findings = await examineAll(createDoctorPorts({ app, inventory, stackName, environment }))
  const stopping = findings.filter(({ state }) => state === 'stops').length
  if (values.json) printJson('doctor', { stack: stackName, deploys: stopping === 0, findings })
  else process.stdout.write(`${format(findings, stopping)}\n`)
  return stopping === 0 ? 0 : 1
}

function format(findings: readonly NamedFinding[], stopping: number): string {
  const paint = createPaint(process.stdout, process.env)
  const rows = findings.map(({ check, state, text }) => [state, check, text])
  const table = formatTable(['', 'Check', 'Seen'], rows).replaceAll(
    /^(?:ok|note|stops)/gm,
    (state) => paint(colours[state === 'ok' || state === 'note' ? state : 'stops'], state),
  )
  const end =
    stopping === 0
      ? 'Nothing here would stop a deploy.'
      : `${stopping} of ${findings.length} would stop a deploy.`
  return `${table}\n\n${end}`
}
