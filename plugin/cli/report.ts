import { appendFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'

import {
  commentMarker,
  formatPullRequestReport,
  type StepOutcome,
} from '../core/report/pull-request-comment.ts'
import { putComment } from '../effects/report/put-comment.ts'
import { readPullRequestReport } from '../effects/report/read-pull-request-report.ts'
import { reportVariable } from '../effects/report/write-deploy-report.ts'
import { ContainerImageError } from '../errors.ts'
import { openPreviewApp } from './preview-app.ts'

const outcomes = ['success', 'failure', 'cancelled', 'skipped'] as const

/**
 * `arc-images report [--name PR5 | --production] [--outcome success] [--markdown | --json]
 * [--pull-request 5]`: what the deploy before it did, on stdout; with `--pull-request` as that pull
 * request's comment too. In GitHub Actions the step gets the output `url`.
 * @throws ContainerImageError COMMAND_INVALID, GITHUB_FAILED
 */
export async function report(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      name: { type: 'string' },
      production: { type: 'boolean', default: false },
      outcome: { type: 'string', default: 'success' },
      markdown: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'pull-request': { type: 'string' },
    },
  })
  const number = values['pull-request']
  const outcome = outcomes.find((known) => known === values.outcome)
  const refusal = refusalOf({ outcome, number, twice: values.markdown && values.json })
  if (refusal !== undefined || outcome === undefined)
    throw new ContainerImageError('COMMAND_INVALID', `arc-images report: ${refusal}`)
  const app = await openPreviewApp(process.cwd())
  const stackName = values.production ? app.production : app.stackName(values.name)
  const read = await readPullRequestReport({
    aws: app.aws,
    stackName,
    baseStack: app.stackName(),
    outcome,
    file: process.env[reportVariable],
  })
  const markdown = formatPullRequestReport(read)
  const { changes, ...rest } = read
  const json = JSON.stringify({ ...rest, changes: Object.fromEntries(changes) }, null, 2)
  process.stdout.write(`${values.json ? json : markdown}\n`)
  const output = process.env['GITHUB_OUTPUT']
  if (output !== undefined && read.url !== undefined) await appendFile(output, `url=${read.url}\n`)
  if (number !== undefined)
    await putComment(pullRequest(number), commentMarker(stackName), markdown)
}

function refusalOf(given: {
  readonly outcome: StepOutcome | undefined
  readonly number: string | undefined
  readonly twice: boolean
}): string | undefined {
  if (given.outcome === undefined) return `--outcome is one of ${outcomes.join(', ')}.`
  if (given.twice) return '--markdown or --json, not both.'
  if (given.number !== undefined && !/^[1-9]\d*$/.test(given.number))
    return '--pull-request is a number.'
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
