import { isRecord, recordOf } from '../../core/basics/is-record.ts'
import type { Change, FoundSettings } from '../../core/retention/repository-settings.ts'
import { ContainerImageError } from '../../errors.ts'
import { awsCodeOf } from './aws-error.ts'
import type { Aws } from './client.ts'
import { fieldOf } from './members.ts'

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

/** `undefined` for what ECR says that there is not. */
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

async function policies(aws: Aws, name: string) {
  const resource = `repository '${name}'`
  const input = { repositoryName: name }
  const [access, lifecycle] = await Promise.all([
    optional(aws.ecr('GetRepositoryPolicy', input, resource), [
      'RepositoryNotFoundException',
      'RepositoryPolicyNotFoundException',
    ]),
    optional(aws.ecr('GetLifecyclePolicy', input, resource), [
      'RepositoryNotFoundException',
      'LifecyclePolicyNotFoundException',
    ]),
  ])
  return {
    ...(access && { policyText: fieldOf(access, 'policyText') }),
    ...(lifecycle && { lifecyclePolicyText: fieldOf(lifecycle, 'lifecyclePolicyText') }),
  }
}

/** Four requests, three of them at once; changes nothing. */
export async function readRepositoryState(
  aws: Aws,
  name: string,
): Promise<RepositoryState | undefined> {
  const [described, found] = await Promise.all([describeRepository(aws, name), policies(aws, name)])
  if (described === undefined) return undefined
  const resourceArn = fieldOf(described.entry, 'repositoryArn')
  const answer = await aws.ecr('ListTagsForResource', { resourceArn }, `repository '${name}'`)
  const entries = Array.isArray(answer['tags']) ? answer['tags'].filter(isRecord) : []
  const tags = Object.fromEntries(
    entries.map((tag) => [fieldOf(tag, 'Key'), fieldOf(tag, 'Value')]),
  )
  return { described, settings: { repository: described.entry, ...found, tags } }
}

/** One after the other: what comes first may be what the next one needs. */
export async function applyChanges(
  aws: Aws,
  name: string,
  changes: readonly Change[],
): Promise<void> {
  for (const { action, input } of changes)
    await aws.ecr(action.slice('ecr:'.length), input, `repository '${name}'`)
}
