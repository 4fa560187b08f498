import { ContainerImageError } from '../../errors.ts'
import { isRecord } from '../basics/is-record.ts'
import { judgePull, listOf, pullActions } from './pull-statement.ts'
import type { Place } from './place.ts'

type Statement = Readonly<Record<string, unknown>>

/** Not Lambda's own `LambdaECRImageRetrievalPolicy`: that one is Lambda's, and may be shared. */
const sid = 'ArcContainerImagesLambdaPull'

export function ourStatement(place: Place): Statement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: pullActions,
    Condition: { StringLike: { 'aws:sourceArn': sourcesOf(place) } },
  }
}

export function parsePolicy(text: string): Readonly<Record<string, unknown>> {
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    policy = undefined
  }
  if (isRecord(policy) && policy['Statement'] !== undefined) return policy
  throw new ContainerImageError(
    'RETENTION_POLICY_INVALID',
    `The repository's policy cannot be read: ${text.slice(0, 200)}. Correct or remove it with the AWS console or 'aws ecr delete-repository-policy'.`,
  )
}

/**
 * The repository policy with a statement that lets Lambda pull; others' statements stay as they
 * are. `undefined` when Lambda is allowed already. Lambda itself adds such a statement only when a
 * function is created, and only when the deploying role may set policies.
 * @param current `policyText` of `ecr:GetRepositoryPolicy`
 * @throws ContainerImageError RETENTION_POLICY_INVALID
 */
export function planPullPolicy(current: string | undefined, place: Place): string | undefined {
  const policy = current === undefined ? { Version: '2012-10-17' } : parsePolicy(current)
  const statements = listOf(Reflect.get(policy, 'Statement'))
  const everyFunction = sourcesOf(place)
  if (statements.some((statement) => judgePull(statement, place, everyFunction) === 'allows'))
    return undefined
  const foreign = statements.filter(
    (statement) => !(isRecord(statement) && statement['Sid'] === sid),
  )
  return JSON.stringify({ ...policy, Statement: [...foreign, ourStatement(place)] })
}

function sourcesOf({ partition, region, account }: Place): string {
  return `arn:${partition}:lambda:${region}:${account}:function:*`
}
