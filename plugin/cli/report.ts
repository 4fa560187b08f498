import { publishReport, reportDeploy } from '../actions/report.ts'
import { reportSizes } from '../actions/report-sizes.ts'
import { sizesPage } from '../core/page/sizes-page.ts'
import { stepOutcomes } from '../core/report/deploy-outcome.ts'
import { formatPullRequestReport } from '../core/report/pull-request-comment.ts'
import { createReportPorts } from '../effects/report-ports.ts'
import { redact } from '../effects/secrets/known-secrets.ts'
import { openApp } from './open/open-app.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { printJson } from './print/print-json.ts'
import { usages } from './usages.ts'
import { writePage } from './print/write-page.ts'

/**
 * `arc-images report [--name PR5 | --production | --stack NAME] [--outcome success] [--json]
 * [--pull-request 5] [--html FILE]`: what the deploy before it did, on stdout; with `--pull-request` as that pull
 * request's comment too. In GitHub Actions the step gets the output `url`.
 * @throws ContainerImageError COMMAND_INVALID, GITHUB_FAILED
 */
export async function report(args: readonly string[]): Promise<void> {
  const { values } = parseCommand('report', usages.report, args)
  const number = values['pull-request']
  const step = stepOutcomes.find((known) => known === values.outcome)
  const refusal = refusalOf(values.outcome, number)
  if (refusal !== undefined) throw commandInvalid('report', refusal)
  const { aws, stackOf } = await openApp(process.cwd())
  const stackName = stackOf(values)
  const ports = createReportPorts(await aws(), process.env)
  const options = { stackName, baseStack: stackOf({}), ...(step !== undefined && { step }) }
  const read = await reportDeploy(options, ports)
  if (values.html !== undefined) {
    const isBase = stackName === options.baseStack
    const than = isBase ? 'what it ran before' : `what ${options.baseStack} runs`
    const sizes = await reportSizes(options, ports)
    const against = `${stackName} is compared with ${than}.`
    await writePage(values.html, sizesPage(`Images of ${stackName}`, against, sizes))
  }
  const { changes, ...rest } = read
  if (values.json) printJson('report', { ...rest, changes: Object.fromEntries(changes) })
  else process.stdout.write(`${redact(formatPullRequestReport(read))}\n`)
  await publishReport(read, number === undefined ? {} : { pullRequest: Number(number) }, ports)
}

function refusalOf(outcome: string | undefined, number: string | undefined): string | undefined {
  if (outcome !== undefined && !stepOutcomes.some((known) => known === outcome))
    return `takes one of ${stepOutcomes.join(', ')} after --outcome.`
  if (number !== undefined && !/^[1-9]\d*$/.test(number))
    return 'takes a number after --pull-request.'
  return undefined
}
