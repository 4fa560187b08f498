import { isRecord } from '../../core/basics/is-record.ts'
import type { LogsPorts } from '../../ports/logs.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'
import { fieldOf } from '../aws/members.ts'

/** CloudWatch's FilterLogEvents, over all streams of a group: one for each environment of Lambda. */
export function createReadLogPage(aws: Aws): LogsPorts['readPage'] {
  return async (logGroupName, startTime, nextToken) => {
    const input = { logGroupName, startTime, ...(nextToken !== undefined && { nextToken }) }
    try {
      const answer = await aws.logs('FilterLogEvents', input, `log group '${logGroupName}'`)
      const events = Array.isArray(answer['events']) ? answer['events'].filter(isRecord) : []
      const next = fieldOf(answer, 'nextToken')
      return {
        events: events.map((event) => ({
          id: fieldOf(event, 'eventId'),
          time: Number(event['timestamp'] ?? 0),
          stream: fieldOf(event, 'logStreamName'),
          message: fieldOf(event, 'message'),
        })),
        ...(next !== '' && { next }),
      }
    } catch (error) {
      if (awsCodeOf(error) === 'ResourceNotFoundException') return undefined
      throw error
    }
  }
}
