import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { type Input, optionalText, records, text, texts } from '../json-actions.ts'
import { pageOf } from './page.ts'
import {
  checkName,
  describeRepository,
  type EcrRepository,
  repositoryArn,
  repositoryNamed,
  repositoryOf,
} from './repository.ts'

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function mutabilityOf(input: Input): string {
  const value = optionalText(input, 'imageTagMutability') ?? 'MUTABLE'
  if (/^(?:IM)?MUTABLE(?:_WITH_EXCLUSION)?$/.test(value)) return value
  throw new AwsFault(
    'InvalidParameterException',
    `Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must satisfy enum value set: [IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION, IMMUTABLE, MUTABLE]'`,
  )
}

function scanOnPushOf(input: Input): boolean {
  const configuration = input['imageScanningConfiguration']
  return isRecord(configuration) && configuration['scanOnPush'] === true
}

function tagsOf(input: Input): Record<string, string> {
  const tags = records(input, 'tags')
  if (tags.length > 50)
    throw new AwsFault('TooManyTagsException', 'The number of tags exceeds the limit of 50.')
  for (const tag of tags)
    if (!/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(text(tag, 'Key')))
      throw new AwsFault('InvalidTagParameterException', `Invalid tag key '${text(tag, 'Key')}'`)
  return Object.fromEntries(tags.map((tag) => [text(tag, 'Key'), text(tag, 'Value')]))
}

function repositoryByArn(input: Input, context: Context): EcrRepository {
  const arn = text(input, 'resourceArn')
  const prefix = repositoryArn('', context)
  if (!arn.startsWith(prefix))
    throw new AwsFault('InvalidParameterException', `Invalid parameter at 'resourceArn': '${arn}'`)
  return repositoryNamed(arn.slice(prefix.length), context)
}

export const repositoryActions = {
  DescribeRepositories(input: Input, context: Context): object {
    if (input['repositoryNames'] !== undefined) {
      const names = texts(input, 'repositoryNames')
      const found = names.map((name) => repositoryNamed(name, context))
      return { repositories: found.map((one) => describeRepository(one, context)) }
    }
    const all = Object.values(context.state.repositories)
    const { items, nextToken } = pageOf(input, all, context)
    return { repositories: items.map((found) => describeRepository(found, context)), ...nextToken }
  },

  CreateRepository(input: Input, context: Context): object {
    const name = text(input, 'repositoryName')
    checkName(name)
    if (name in context.state.repositories)
      throw new AwsFault(
        'RepositoryAlreadyExistsException',
        `The repository with name '${name}' already exists in the registry with id '${context.account}'`,
      )
    const repository: EcrRepository = {
      name,
      created: context.now(),
      mutability: mutabilityOf(input),
      scanOnPush: scanOnPushOf(input),
      tags: tagsOf(input),
      exclusions: input['imageTagMutabilityExclusionFilters'],
      encryption: input['encryptionConfiguration'],
    }
    context.state.repositories[name] = repository
    return { repository: describeRepository(repository, context) }
  },

  async DeleteRepository(input: Input, context: Context): Promise<object> {
    const repository = repositoryOf(input, context)
    const digests = await context.registry.manifests(repository.name)
    if (digests.length > 0 && input['force'] !== true)
      throw new AwsFault(
        'RepositoryNotEmptyException',
        `The repository with name '${repository.name}' in registry with id '${context.account}' cannot be deleted because it still contains images`,
      )
    for (const digest of digests) await context.registry.removeManifest(repository.name, digest)
    delete context.state.repositories[repository.name]
    return { repository: describeRepository(repository, context) }
  },

  PutImageTagMutability(input: Input, context: Context): object {
    const repository = repositoryOf(input, context)
    text(input, 'imageTagMutability')
    repository.mutability = mutabilityOf(input)
    repository.exclusions = input['imageTagMutabilityExclusionFilters']
    const { name, mutability } = repository
    return { registryId: context.account, repositoryName: name, imageTagMutability: mutability }
  },

  PutImageScanningConfiguration(input: Input, context: Context): object {
    const repository = repositoryOf(input, context)
    repository.scanOnPush = scanOnPushOf(input)
    const imageScanningConfiguration = { scanOnPush: repository.scanOnPush }
    const { account: registryId } = context
    return { registryId, repositoryName: repository.name, imageScanningConfiguration }
  },

  TagResource(input: Input, context: Context): object {
    const repository = repositoryByArn(input, context)
    repository.tags = { ...repository.tags, ...tagsOf(input) }
    return {}
  },

  ListTagsForResource(input: Input, context: Context): object {
    const { tags } = repositoryByArn(input, context)
    return { tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
  },
}
