import { isRecord } from '../../core/basics/is-record.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'
import { fieldOf } from '../aws/members.ts'

/** Lambda makes a log group for each function by itself, so no stack owns or deletes it. */
export async function deleteLogGroups(aws: Aws, prefix: string): Promise<number> {
  const names = await logGroups(aws, prefix)
  for (const logGroupName of names) {
    try {
      await aws.logs('DeleteLogGroup', { logGroupName }, `log group '${logGroupName}'`)
    } catch (error) {
      if (awsCodeOf(error) !== 'ResourceNotFoundException') throw error
    }
  }
  return names.length
}

/** Names that begin with a text, of every page. */
export async function logGroups(aws: Aws, prefix: string): Promise<readonly string[]> {
  const names: string[] = []
  for (let token = ''; ;) {
    const input = { logGroupNamePrefix: prefix, ...(token !== '' && { nextToken: token }) }
    const answer = await aws.logs('DescribeLogGroups', input, `log groups '${prefix}*'`)
    const groups = Array.isArray(answer['logGroups']) ? answer['logGroups'].filter(isRecord) : []
    names.push(...groups.map((group) => fieldOf(group, 'logGroupName')))
    token = fieldOf(answer, 'nextToken')
    if (token === '') return names
  }
}
