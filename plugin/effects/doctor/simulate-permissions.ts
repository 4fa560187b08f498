import { recordOf, textOf } from '../../core/basics/is-record.ts'
import {
  assumedRole,
  judgePermissions,
  neededPermissions,
  notSimulated,
} from '../../core/doctor/needed-permissions.ts'
import type { Finding } from '../../core/doctor/finding.ts'
import { ContainerImageError } from '../../errors.ts'
import { fieldOf, membersOf } from '../aws/members.ts'
import type { Aws } from '../aws/client.ts'
import type { Identity } from '../aws/identity.ts'

/**
 * Has IAM simulate what every deploy does.
 * @returns a note where the caller may not ask for that
 */
export async function simulatePermissions(
  aws: Pick<Aws, 'iam' | 'region'>,
  identity: Identity,
  where: { readonly repository: string; readonly stackName: string },
): Promise<Finding> {
  const { account, arn } = identity
  const [, partition = 'aws'] = arn.split(':')
  const questions = neededPermissions({ partition, region: aws.region, account, ...where })
  try {
    const source = await principalOf(aws, arn)
    const denied = new Map<string, readonly string[]>()
    for (const { resource, actions } of questions) {
      const refused = await simulate(aws, source, resource, actions)
      if (refused.length > 0) denied.set(resource, refused)
    }
    return judgePermissions(denied)
  } catch (error) {
    if (!(error instanceof ContainerImageError) || error.code !== 'AWS_DENIED') throw error
    return notSimulated(error.message)
  }
}

/** IAM simulates roles, not their sessions, and only IAM knows a role's path. */
async function principalOf(aws: Pick<Aws, 'iam'>, arn: string): Promise<string> {
  const RoleName = assumedRole(arn)
  if (RoleName === undefined) return arn
  const { Role: role } = await aws.iam('GetRole', { RoleName }, `role '${RoleName}'`)
  return textOf(recordOf(role)['Arn']) ?? arn
}

async function simulate(
  aws: Pick<Aws, 'iam'>,
  source: string,
  resource: string,
  actions: readonly string[],
): Promise<readonly string[]> {
  const numbered = actions.map((action, index) => [`ActionNames.member.${index + 1}`, action])
  const answer = await aws.iam(
    'SimulatePrincipalPolicy',
    {
      PolicySourceArn: source,
      'ResourceArns.member.1': resource,
      ...Object.fromEntries(numbered),
    },
    source,
  )
  return membersOf(answer['EvaluationResults'])
    .filter((result) => result['EvalDecision'] !== 'allowed')
    .map((result) => fieldOf(result, 'EvalActionName'))
}
