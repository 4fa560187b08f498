import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { type Input, optionalText, text } from '../json-actions.ts'

/** A repository's settings; its images are in the registry stand-in. */
export interface EcrRepository {
  readonly name: string
  readonly created: number
  mutability: string
  /** Of tags that move in spite of an immutable repository, or the other way round. */
  exclusions?: unknown
  /** Chosen when it is made; `AES256` when absent. */
  readonly encryption?: unknown
  scanOnPush: boolean
  tags: Record<string, string>
  policy?: string
  lifecycle?: string
}

const namePattern = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/

export function checkName(name: string): void {
  if (name.length >= 2 && name.length <= 256 && namePattern.test(name)) return
  throw new AwsFault(
    'InvalidParameterException',
    `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${namePattern.source.slice(1, -1)}''`,
  )
}

/** @throws AwsFault RepositoryNotFoundException, in ECR's words */
export function repositoryNamed(name: string, { state, account }: Context): EcrRepository {
  checkName(name)
  const repository = state.repositories[name]
  if (repository !== undefined) return repository
  throw new AwsFault(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${account}'`,
  )
}

export function repositoryOf(input: Input, context: Context): EcrRepository {
  const id = optionalText(input, 'registryId') ?? context.account
  if (id !== context.account)
    throw new AwsFault(
      'RepositoryNotFoundException',
      `The repository with name '${text(input, 'repositoryName')}' does not exist in the registry with id '${id}'`,
    )
  return repositoryNamed(text(input, 'repositoryName'), context)
}

export function repositoryArn(name: string, { account, region }: Context): string {
  return `arn:aws:ecr:${region}:${account}:repository/${name}`
}

export function describeRepository(repository: EcrRepository, context: Context): object {
  const { account, region } = context
  return {
    repositoryArn: repositoryArn(repository.name, context),
    registryId: account,
    repositoryName: repository.name,
    repositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${repository.name}`,
    createdAt: repository.created / 1000,
    imageTagMutability: repository.mutability,
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    ...(repository.exclusions !== undefined && {
      imageTagMutabilityExclusionFilters: repository.exclusions,
    }),
    encryptionConfiguration: repository.encryption ?? { encryptionType: 'AES256' },
  }
}
