import { AwsFault } from './fault.ts'
import { actionTable, text } from './json-actions.ts'

const pageSize = 50

/** CloudWatch Logs, as far as a teardown uses it; shapes from botocore's `logs` model. */
export const logsActions = actionTable({
  DescribeLogGroups(input, { state }) {
    const prefix = text(input, 'logGroupNamePrefix')
    const names = state.logGroups.filter((name) => name.startsWith(prefix)).toSorted()
    const start = Number(input['nextToken'] ?? 0)
    const more = start + pageSize < names.length
    return {
      logGroups: names.slice(start, start + pageSize).map((logGroupName) => ({ logGroupName })),
      ...(more && { nextToken: String(start + pageSize) }),
    }
  },

  DeleteLogGroup(input, { state }) {
    const index = state.logGroups.indexOf(text(input, 'logGroupName'))
    if (index === -1)
      throw new AwsFault('ResourceNotFoundException', 'The specified log group does not exist.')
    state.logGroups.splice(index, 1)
    return {}
  },
})
