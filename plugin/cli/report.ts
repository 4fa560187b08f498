import { parseArgs } from 'node:util'

import { publishReport, reportDeploy } from '../actions/report.ts'
import { stepOutcomes } from '../core/report/deploy-outcome.ts'
import { formatPullRequestReport } from '../core/report/pull-request-comment.ts'
import { createReportPorts } from '../effects/report-ports.ts'
import { redact } from '../effects/secrets/known-secrets.ts'
import { ContainerImageError } from '../errors.ts'
import { openApp, stackOptions } from './open-app.ts'

/**
 * `arc-images report [--name PR5 | --production | --stack NAME] [--outcome success] [--json]
 * [--pull-request 5]`: what the deploy before it did, on stdout; with `--pull-request` as that pull
 * request's comment too. In GitHub Actions the step gets the output `url`.
 * @throws ContainerImageError COMMAND_INVALID, GITHUB_FAILED
 */
export async function report(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...stackOptions,
      outcome: { type: 'string' },
      json: { type: 'boolean', default: false },
      'pull-request': { type: 'string' },
    },
  })
  const number = values['pull-request']
  const step = stepOutcomes.find((known) => known === values.outcome)
  const refusal = refusalOf(values.outcome, number)
  if (refusal !== undefined)
    throw new ContainerImageError('COMMAND_INVALID', `arc-images report: ${refusal}`)
  const { aws, stackOf } = await openApp(process.cwd())
  const stackName = stackOf(values)
  const ports = createReportPorts(await aws(), process.env)
  const options = { stackName, baseStack: stackOf({}), ...(step !== undefined && { step }) }
  const read = await reportDeploy(options, ports)
  const { changes, ...rest } = read
  const text = values.json
    ? JSON.stringify({ ...rest, changes: Object.fromEntries(changes) }, null, 2)
    : formatPullRequestReport(read)
  process.stdout.write(`${redact(text)}\n`)
  await publishReport(read, number === undefined ? {} : { pullRequest: Number(number) }, ports)
}

function refusalOf(outcome: string | undefined, number: string | undefined): string | undefined {
  if (outcome !== undefined && !stepOutcomes.some((known) => known === outcome))
    return `--outcome is one of ${stepOutcomes.join(', ')}.`
  if (number !== undefined && !/^[1-9]\d*$/.test(number)) return '--pull-request is a number.'
  return undefined
}
