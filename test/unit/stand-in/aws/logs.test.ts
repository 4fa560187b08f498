import t from 'tap'

import { insightsQuery, parseRows } from '../../../../plugin/core/stats/insights-query.ts'
import { openCalls } from '../../../stand-in/assertions/aws-calls.ts'
import { startAws } from '../../../stand-in/aws/index.ts'
import { textReports } from '../../../stand-in/inputs/lambda-reports.ts'

let now = 1_000
const aws = await startAws({ now: () => now, logPageSize: 2, emptyLogPages: 1 })
t.teardown(() => aws.close())
const calls = await openCalls(aws.environment)
const logGroupName = '/aws/lambda/F'

async function pages(input: Record<string, unknown>): Promise<string[][]> {
  const found: string[][] = []
  for (let nextToken: unknown; ;) {
    const token = nextToken === undefined ? {} : { nextToken }
    const answer = await calls.logs('FilterLogEvents', { logGroupName, ...input, ...token })
    const events: unknown = answer['events']
    found.push(Array.isArray(events) ? events.map(({ message }) => String(message)) : [])
    nextToken = answer['nextToken']
    if (nextToken === undefined) return found
  }
}

t.test('a group that is not there yet', async (t) => {
  await t.rejects(calls.logs('FilterLogEvents', { logGroupName }), {
    code: 'ResourceNotFoundException',
  })
  t.strictSame(await calls.logs('DescribeLogGroups'), { logGroups: [] })
})

t.test('pages, empty ones among them; a time from and to; a lag', async (t) => {
  aws.writeLog(logGroupName, [
    { timestamp: 30, message: 'c' },
    { timestamp: 10, message: 'a' },
    { timestamp: 20, message: 'b', stream: 'other' },
    { timestamp: 40, message: 'late', lag: 2_000 },
  ])
  t.strictSame(await pages({}), [[], ['a', 'b'], [], ['c']])
  t.strictSame(await pages({ startTime: 20, endTime: 20 }), [[], ['b']])
  t.strictSame(await pages({ logStreamNames: ['other'] }), [[], ['b']])
  now = 3_000
  t.strictSame(await pages({ startTime: 31 }), [[], ['late']])
})

t.test('what is refused', async (t) => {
  const { nextToken } = await calls.logs('FilterLogEvents', { logGroupName })
  const refused = (input: object) =>
    t.rejects(calls.logs('FilterLogEvents', { logGroupName, ...input }), {
      code: 'InvalidParameterException',
    })
  await refused({ nextToken, startTime: 1 })
  await refused({ nextToken: 'none' })
  await refused({ limit: 0 })
})

t.test('groups by their prefix', async (t) => {
  aws.writeLog('/aws/lambda/G', [])
  const { logGroups } = await calls.logs('DescribeLogGroups', {
    logGroupNamePrefix: '/aws/lambda/',
    limit: 1,
  })
  t.match(logGroups, [{ logGroupName, arn: String }])
})

t.test(
  'Insights: the one query, whole seconds, groups that are there; all else is refused',
  async (t) => {
    const ask = async (input: object) => {
      const question = { logGroupNames: [logGroupName], startTime: 0, endTime: 9, limit: 10 }
      return await calls.logs('StartQuery', { ...question, queryString: insightsQuery(), ...input })
    }
    aws.writeLog(logGroupName, textReports([{ time: 9_999, duration: 5, init: 7 }]))
    const { queryId } = await ask({})
    t.match(await calls.logs('GetQueryResults', { queryId }), { status: 'Running', results: [] })
    const { results } = await calls.logs('GetQueryResults', { queryId })
    t.match(parseRows(Array.isArray(results) ? results : []), [
      { logGroup: logGroupName, invocations: 1, coldStarts: 1, initP50: 7, memorySize: 128 },
    ])
    await t.rejects(ask({ queryString: 'fields @message' }), { code: 'MalformedQueryException' })
    await t.rejects(ask({ logGroupNames: ['/none'] }), { code: 'ResourceNotFoundException' })
    for (const input of [
      { logGroupNames: [] },
      { startTime: 10 },
      { endTime: 9.5 },
      { limit: 10_001 },
    ])
      await t.rejects(ask(input), { code: 'InvalidParameterException' }, JSON.stringify(input))
    await t.rejects(ask({ queryLanguage: 'SQL' }), { code: 'NotImplemented' })
    await t.rejects(calls.logs('GetQueryResults', { queryId: 'x' }), {
      code: 'ResourceNotFoundException',
    })
  },
)
