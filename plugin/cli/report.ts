import { appendFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'

import { reportDeploy } from '../actions/report.ts'
import { stepOutcomes } from '../core/report/deploy-outcome.ts'
import { commentMarker, formatPullRequestReport } from '../core/report/pull-request-comment.ts'
import { putComment } from '../effects/report/put-comment.ts'
import { createReportPorts } from '../effects/report-ports.ts'
import { reportVariable } from '../effects/report/write-deploy-report.ts'
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
  const read = await reportDeploy(
    { stackName, baseStack: stackOf({}), ...(step !== undefined && { step }) },
    createReportPorts(await aws(), process.env[reportVariable]),
  )
  const markdown = redact(formatPullRequestReport(read))
  const { changes, ...rest } = read
  const json = redact(JSON.stringify({ ...rest, changes: Object.fromEntries(changes) }, null, 2))
  process.stdout.write(`${values.json ? json : markdown}\n`)
  const output = process.env['GITHUB_OUTPUT']
  if (output !== undefined && read.url !== undefined) await appendFile(output, `url=${read.url}\n`)
  if (number !== undefined)
    await putComment(pullRequest(number), commentMarker(stackName), markdown)
}

function refusalOf(outcome: string | undefined, number: string | undefined): string | undefined {
  if (outcome !== undefined && !stepOutcomes.some((known) => known === outcome))
    return `--outcome is one of ${stepOutcomes.join(', ')}.`
  if (number !== undefined && !/^[1-9]\d*$/.test(number)) return '--pull-request is a number.'
  return undefined
}

function pullRequest(number: string) {
  const { GITHUB_API_URL: api, GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository } = process.env
  if (token === undefined || repository === undefined)
    throw new ContainerImageError(
      'COMMAND_INVALID',
      'arc-images report --pull-request needs GITHUB_TOKEN and GITHUB_REPOSITORY in the environment.',
    )
  return { api: api ?? 'https://api.github.com', token, repository, number: Number(number) }
}
