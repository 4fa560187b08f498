import { diagnoseStack } from '../actions/diagnose.ts'
import { type Diagnosis, isUnwell } from '../core/events/diagnosis.ts'
import { formatDiagnosis } from '../core/events/format-diagnosis.ts'
import { createDiagnosePorts } from '../effects/diagnose-ports.ts'
import { redact } from '../effects/secrets/known-secrets.ts'
import { openApp } from './open/open-app.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { printJson } from './print/print-json.ts'
import { usages } from './usages.ts'

/**
 * `arc-images diagnose [--name PR5 | --production | --stack NAME] [--since TIME] [--json]`: what
 * became of the last operation on a stack and why, and which functions are not Active.
 * @returns 1 when something is to be mended
 * @throws ContainerImageError COMMAND_INVALID, AWS_CREDENTIALS_REFUSED, AWS_DENIED, AWS_FAILED
 */
export async function diagnose(args: readonly string[]): Promise<0 | 1> {
  const { values } = parseCommand('diagnose', usages.diagnose, args)
  const since = values.since === undefined ? undefined : Date.parse(values.since)
  if (Number.isNaN(since))
    throw commandInvalid('diagnose', `takes a time such as 2026-11-26T08:00:00Z after --since.`)
  const { aws, stackOf } = await openApp(process.cwd())
  const found = await diagnoseStack(
    { stackName: stackOf(values), ...(since !== undefined && { since }) },
    createDiagnosePorts(await aws()),
  )
  const { started } = found.operation ?? {}
  const operation = found.operation && { ...found.operation, started: iso(started ?? 0) }
  if (since !== undefined && isNothingNew(found)) return 0
  if (values.json) printJson('diagnose', { ...found, ...(operation && { operation }) })
  else process.stdout.write(`${redact(formatDiagnosis(found))}\n`)
  return isUnwell(found) ? 1 : 0
}

/** Nothing was begun, or it went well. */
function isNothingNew({ operation, functions }: Diagnosis): boolean {
  return operation === undefined || (operation.outcome === 'succeeded' && functions.length === 0)
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
