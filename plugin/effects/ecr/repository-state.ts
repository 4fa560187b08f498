import { isRecord, recordOf } from '../../core/basics/is-record.ts'
import type { FoundSettings } from '../../core/retention/repository-settings.ts'
import { ContainerImageError } from '../../errors.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'
import { allOrDenied } from '../aws/denials.ts'
import { fieldOf } from '../aws/members.ts'

/** A repository's address and place, as ECR describes it. */
export interface DescribedRepository {
  readonly uri: string
  readonly partition: string
  readonly region: string
  readonly account: string
  /** As ECR gave it. */
  readonly entry: Readonly<Record<string, unknown>>
}

export interface RepositoryState {
  readonly described: DescribedRepository
  readonly settings: FoundSettings
}

/** One entry of `DescribeRepositories`, or what `CreateRepository` gives. */
export function parseRepository(entry: unknown, name: string): DescribedRepository {
  const found = recordOf(entry)
  const uri = fieldOf(found, 'repositoryUri')
  const [, partition = '', , region = '', account = ''] = fieldOf(found, 'repositoryArn').split(':')
  if (uri.endsWith(`/${name}`) && account !== '')
    return { uri, partition, region, account, entry: found }
  throw new ContainerImageError(
    'AWS_FAILED',
    `ECR described repository '${name}' without its address. Look at AWS_ENDPOINT_URL if it is set.`,
  )
}

/** `undefined` for what ECR does not have. */
async function optional<Result>(
  asked: Promise<Result>,
  codes: readonly string[],
): Promise<Result | undefined> {
  try {
    return await asked
  } catch (error) {
    if (codes.includes(awsCodeOf(error) ?? '')) return undefined
    throw error
  }
}

export async function describeRepository(
  aws: Aws,
  name: string,
): Promise<DescribedRepository | undefined> {
  const asked = aws.ecr('DescribeRepositories', { repositoryNames: [name] }, `repository '${name}'`)
  const answer = await optional(asked, ['RepositoryNotFoundException'])
  if (answer === undefined) return undefined
  const [first]: unknown[] = Array.isArray(answer['repositories']) ? answer['repositories'] : []
  return parseRepository(first, name)
}

function policyText(aws: Aws, name: string): Promise<string | undefined> {
  const asked = aws.ecr('GetRepositoryPolicy', { repositoryName: name }, `repository '${name}'`)
  const codes = ['RepositoryNotFoundException', 'RepositoryPolicyNotFoundException']
  return optional(
    asked.then((answer) => fieldOf(answer, 'policyText')),
    codes,
  )
}

function lifecyclePolicyText(aws: Aws, name: string): Promise<string | undefined> {
  const asked = aws.ecr('GetLifecyclePolicy', { repositoryName: name }, `repository '${name}'`)
  const codes = ['RepositoryNotFoundException', 'LifecyclePolicyNotFoundException']
  return optional(
    asked.then((answer) => fieldOf(answer, 'lifecyclePolicyText')),
    codes,
  )
}

async function readTags(
  aws: Aws,
  name: string,
  described: DescribedRepository | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (described === undefined) return {}
  const resourceArn = fieldOf(described.entry, 'repositoryArn')
  const answer = await aws.ecr('ListTagsForResource', { resourceArn }, `repository '${name}'`)
  const entries = Array.isArray(answer['tags']) ? answer['tags'].filter(isRecord) : []
  return Object.fromEntries(entries.map((tag) => [fieldOf(tag, 'Key'), fieldOf(tag, 'Value')]))
}

/**
 * Four requests, three of them at once; changes nothing.
 * @throws ContainerImageError AWS_DENIED with every action that is denied
 */
export async function readRepositoryState(
  aws: Aws,
  name: string,
): Promise<RepositoryState | undefined> {
  const describing = describeRepository(aws, name)
  const reading = describing.then((found) => readTags(aws, name, found))
  const [described, policy, lifecycle, tags] = await allOrDenied([
    describing,
    policyText(aws, name),
    lifecyclePolicyText(aws, name),
    reading,
  ])
  if (described === undefined) return undefined
  const settings = {
    repository: described.entry,
    tags,
    ...(policy !== undefined && { policyText: policy }),
    ...(lifecycle !== undefined && { lifecyclePolicyText: lifecycle }),
  }
  return { described, settings }
}
