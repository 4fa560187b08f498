import { ContainerImageError } from '../../errors.ts'
import type { Repository } from '../../ports.ts'
import { openRepository } from '../registry/open-repository.ts'
import { awsCodeOf } from './aws-error.ts'
import type { Aws } from './client.ts'
import { createEcrTokens } from './ecr-token.ts'

export interface EcrOptions {
  readonly aws: Aws
  /** Name of the repository, without host. */
  readonly name: string
  /** Registry hosts that are reached under another origin. */
  readonly hostMap?: ReadonlyMap<string, string>
}

function parseUri(repository: unknown, name: string): string {
  const uri: unknown = Reflect.get(Object(repository), 'repositoryUri')
  if (typeof uri === 'string' && uri.endsWith(`/${name}`)) return uri
  throw new ContainerImageError(
    'AWS_FAILED',
    `ECR described repository '${name}' without its address. Look at AWS_ENDPOINT_URL if it is set.`,
  )
}

/** The repository's address, or `undefined` when ECR says that there is none. */
async function describe({ aws, name }: EcrOptions): Promise<string | undefined> {
  try {
    const input = { repositoryNames: [name] }
    const answer = await aws.ecr('DescribeRepositories', input, `repository '${name}'`)
    const [first]: unknown[] = Array.isArray(answer['repositories']) ? answer['repositories'] : []
    return parseUri(first, name)
  } catch (error) {
    if (awsCodeOf(error) === 'RepositoryNotFoundException') return undefined
    throw error
  }
}

/** Tags that never move and scanned images; another deploy may have made it meanwhile. */
async function create(
  options: EcrOptions,
  tags: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { aws, name } = options
  const input = {
    repositoryName: name,
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  }
  try {
    const answer = await aws.ecr('CreateRepository', input, `repository '${name}'`)
    return parseUri(answer['repository'], name)
  } catch (error) {
    if (awsCodeOf(error) === 'RepositoryAlreadyExistsException') return await describe(options)
    throw error
  }
}

function open(
  uri: string,
  hostMap: EcrOptions['hostMap'],
  authorization: (renew: boolean) => Promise<string>,
): Repository {
  return openRepository({ uri, authorization, ...(hostMap && { hostMap }) })
}

/** The repository when it is there; makes nothing. For a dry run and for reports. */
export async function findEcrRepository(options: EcrOptions): Promise<Repository | undefined> {
  const uri = await describe(options)
  return uri === undefined ? undefined : open(uri, options.hostMap, createEcrTokens(options.aws))
}

/**
 * The repository, made when it is missing.
 * @throws ContainerImageError AWS_DENIED and what else a call of AWS may end in
 */
export async function openEcrRepository(
  options: EcrOptions & { readonly tags?: Readonly<Record<string, string>> },
): Promise<Repository> {
  const authorization = createEcrTokens(options.aws)
  // Both are waited for also when one fails: nothing goes on behind an error's back.
  const [found, token] = await Promise.allSettled([
    describe(options).then((uri) => uri ?? create(options, options.tags ?? {})),
    authorization(false),
  ])
  if (found.status === 'rejected') throw found.reason
  if (token.status === 'rejected') throw token.reason
  const uri = found.value
  if (uri !== undefined) return open(uri, options.hostMap, authorization)
  throw new ContainerImageError(
    'AWS_FAILED',
    `ECR says that repository '${options.name}' exists and that it does not. Deploy again.`,
  )
}
