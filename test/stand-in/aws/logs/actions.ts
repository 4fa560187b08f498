import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { type Input, optionalText, text } from '../json-actions.ts'
import { actionTable } from '../json-actions.ts'
import { filterLogEvents } from './filter-log-events.ts'
import { getQueryResults, startQuery } from './insights.ts'

const pageSize = 50

/** CloudWatch Logs, as far as the plugin uses it; shapes from botocore's `logs` model. */
export const logsActions = actionTable({
  DescribeLogGroups,
  FilterLogEvents: filterLogEvents,
  StartQuery: startQuery,
  GetQueryResults: getQueryResults,

  DeleteLogGroup(input, { state }) {
    const name = text(input, 'logGroupName')
    const index = state.logGroups.indexOf(name)
    if (index === -1)
      throw new AwsFault('ResourceNotFoundException', 'The specified log group does not exist.')
    state.logGroups.splice(index, 1)
    delete state.logEvents[name]
    return {}
  },
})

function DescribeLogGroups(input: Input, { state, account, region }: Context): object {
  const prefix = optionalText(input, 'logGroupNamePrefix') ?? ''
  const names = state.logGroups.filter((name) => name.startsWith(prefix)).toSorted()
  const start = Number(input['nextToken'] ?? 0)
  const end = start + Math.min(Number(input['limit'] ?? pageSize), pageSize)
  return {
    logGroups: names.slice(start, end).map((logGroupName) => ({
      logGroupName,
      arn: `arn:aws:logs:${region}:${account}:log-group:${logGroupName}:*`,
      logGroupClass: 'STANDARD',
    })),
    ...(end < names.length && { nextToken: String(end) }),
  }
}
