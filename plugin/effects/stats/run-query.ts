import { setTimeout as wait } from 'node:timers/promises'

import { recordOf, textOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Question } from '../../ports/stats.ts'
import type { Aws } from '../aws/client.ts'

/** CloudWatch's own bounds of one query. */
const mostGroups = 50
const mostRows = 10_000

/** All rows of a query, as GetQueryResults has them. */
export interface QueryAnswer {
  readonly results: readonly unknown[]
  readonly bytesScanned: number
}

/**
 * Runs a query of Logs Insights to its end; many log groups take several.
 * @throws ContainerImageError AWS_FAILED when it did not end well, or had more rows than it gives
 */
export async function runQuery(
  aws: Aws,
  query: string,
  { logGroups, start, end }: Question,
  pollEvery = 500,
): Promise<QueryAnswer> {
  const answers: QueryAnswer[] = []
  for (let at = 0; at < logGroups.length; at += mostGroups) {
    const logGroupNames = logGroups.slice(at, at + mostGroups)
    const what = `the logs of ${logGroupNames.length} functions`
    const input = {
      logGroupNames,
      // Whole seconds, both ends included.
      startTime: Math.floor(start / 1000),
      endTime: Math.max(Math.floor(start / 1000), Math.ceil(end / 1000) - 1),
      queryString: query,
      limit: mostRows,
    }
    const { queryId } = await aws.logs('StartQuery', input, what)
    answers.push(await resultsOf(aws, String(queryId), what, pollEvery))
  }
  return {
    results: answers.flatMap(({ results }) => results),
    bytesScanned: answers.reduce((sum, { bytesScanned }) => sum + bytesScanned, 0),
  }
}

async function resultsOf(
  aws: Aws,
  queryId: string,
  what: string,
  pollEvery: number,
): Promise<QueryAnswer> {
  for (let pause = pollEvery; ; pause = Math.min(pause * 1.5, 5000)) {
    const answer = await aws.logs('GetQueryResults', { queryId }, what)
    const status = textOf(answer['status']) ?? 'Unknown'
    if (status === 'Scheduled' || status === 'Running') {
      await wait(pause)
      continue
    }
    const results: readonly unknown[] = Array.isArray(answer['results']) ? answer['results'] : []
    if (status === 'Complete' && results.length < mostRows) {
      const { bytesScanned } = recordOf(answer['statistics'])
      return { results, bytesScanned: Number(bytesScanned) || 0 }
    }
    const seen = status === 'Complete' ? `has more than ${mostRows} rows` : `ended as ${status}`
    throw new ContainerImageError(
      'AWS_FAILED',
      `The query of CloudWatch Logs Insights over ${what} ${seen}. Ask for a shorter time: --since 6h.`,
    )
  }
}
