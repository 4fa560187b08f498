import t from 'tap'

import type { Aws } from '../../../../plugin/effects/aws/client.ts'
import { runQuery } from '../../../../plugin/effects/stats/run-query.ts'

type Input = Readonly<Record<string, unknown>>

/** AWS whose GetQueryResults gives these answers, one after the other. */
function awsWith(answers: readonly Input[]) {
  const started: Input[] = []
  const left = [...answers]
  const unused = async (): Promise<never> => {
    throw new Error('not asked for here')
  }
  const aws: Aws = {
    region: 'us-west-2',
    ecr: unused,
    cloudformation: unused,
    lambda: unused,
    invoke: unused,
    iam: unused,
    sts: unused,
    s3: unused,
    async logs(action, input) {
      if (action === 'GetQueryResults') return left.shift() ?? {}
      started.push(input)
      return { queryId: String(started.length) }
    },
  }
  return { aws, started }
}

const complete = (rows: number, bytesScanned = 10) => ({
  status: 'Complete',
  results: Array.from({ length: rows }, () => []),
  statistics: { bytesScanned },
})
const groups = (count: number) =>
  Array.from({ length: count }, (_, index) => `/aws/lambda/F${index}`)
const question = (count = 1) => ({ logGroups: groups(count), start: 1_500, end: 61_000 })

t.test('waits until a query is through; whole seconds, no instant twice', async (t) => {
  const { aws, started } = awsWith([
    { status: 'Scheduled' },
    { status: 'Running', results: [[]] },
    complete(2),
  ])
  const answer = await runQuery(aws, 'stats', question(), 1)
  t.equal(answer.results.length, 2)
  t.match(started, [{ startTime: 1, endTime: 60, limit: 10_000, queryString: 'stats' }])
})

t.test('fifty log groups a query, and what all of them read', async (t) => {
  const { aws, started } = awsWith([complete(1, 5), complete(1, 6), complete(1, 7)])
  const answer = await runQuery(aws, 'stats', question(101), 1)
  t.strictSame(
    started.map(({ logGroupNames }) => Array.isArray(logGroupNames) && logGroupNames.length),
    [50, 50, 1],
  )
  t.match(answer, { bytesScanned: 18 })
  t.equal(answer.results.length, 3)
})

t.test('what did not end well, or has more rows than it gives, is an error', async (t) => {
  for (const status of ['Failed', 'Cancelled', 'Timeout', 'Unknown', undefined])
    await t.rejects(runQuery(awsWith([{ status }]).aws, 'stats', question(), 1), {
      code: 'AWS_FAILED',
      message: new RegExp(`ended as ${status ?? 'Unknown'}.*--since 6h`),
    })
  await t.rejects(runQuery(awsWith([complete(10_000)]).aws, 'stats', question(), 1), {
    message: /more than 10000 rows/,
  })
})
