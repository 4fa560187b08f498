import { ContainerImageError } from '../../errors.ts'
import { isRecord } from '../basics/is-record.ts'

/** Where the repository and its functions are. */
export interface Place {
  /** `aws`, `aws-cn`, `aws-us-gov` */
  readonly partition: string
  readonly region: string
  readonly account: string
}

type Statement = Readonly<Record<string, unknown>>

/** Not Lambda's own `LambdaECRImageRetrievalPolicy`: that one is Lambda's, and may be shared. */
const sid = 'ArcContainerImagesLambdaPull'
const actions = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function sourcesOf({ partition, region, account }: Place): string {
  return `arn:${partition}:lambda:${region}:${account}:function:*`
}

function ourStatement(place: Place): Statement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: actions,
    Condition: { StringLike: { 'aws:sourceArn': sourcesOf(place) } },
  }
}

function namesSources(condition: unknown, sources: string): boolean {
  if (condition === undefined) return true
  if (!isRecord(condition) || Object.keys(condition).length !== 1) return false
  const like = condition['StringLike'] ?? condition['ArnLike']
  if (!isRecord(like) || Object.keys(like).length !== 1) return false
  const [key = '', value] = Object.entries(like)[0] ?? []
  return key.toLowerCase() === 'aws:sourcearn' && list(value).includes(sources)
}

/** Whether a statement already lets Lambda pull for every function of this account and region. */
function allows(statement: unknown, sources: string): boolean {
  if (!isRecord(statement) || statement['Effect'] !== 'Allow') return false
  const principal = isRecord(statement['Principal']) ? statement['Principal']['Service'] : undefined
  const allowed = list(statement['Action'])
  return (
    list(principal).includes('lambda.amazonaws.com') &&
    (allowed.includes('ecr:*') || actions.every((action) => allowed.includes(action))) &&
    namesSources(statement['Condition'], sources)
  )
}

function parse(text: string): Readonly<Record<string, unknown>> {
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
  const policy = current === undefined ? { Version: '2012-10-17' } : parse(current)
  const statements = list(Reflect.get(policy, 'Statement'))
  if (statements.some((statement) => allows(statement, sourcesOf(place)))) return undefined
  const foreign = statements.filter(
    (statement) => !(isRecord(statement) && statement['Sid'] === sid),
  )
  return JSON.stringify({ ...policy, Statement: [...foreign, ourStatement(place)] })
}
