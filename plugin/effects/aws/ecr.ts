import { planRepository, type WantedSettings } from '../../core/retention/repository-settings.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Repository } from '../../ports/repository.ts'
import { openRepository } from '../registry/open-repository.ts'
import { awsCodeOf } from './aws-error.ts'
import type { Aws } from './client.ts'
import { createEcrTokens } from './ecr-token.ts'
import {
  applyChanges,
  describeRepository,
  parseRepository,
  readRepositoryState,
  type RepositoryState,
} from './repository-state.ts'

export interface EcrOptions {
  readonly aws: Aws
  /** Name of the repository, without host. */
  readonly name: string
  /** Registry hosts that are reached under another origin. */
  readonly hostMap?: ReadonlyMap<string, string>
}

/** What a deploy wants of its repository; its place is known once it is there. */
export interface AppRepository extends EcrOptions {
  readonly settings: Pick<WantedSettings, 'images' | 'keep' | 'tags'>
  /** Called before a lifecycle policy comes to a repository that had none of ours. */
  readonly tagFirst: (repository: Repository) => Promise<void>
  /** Told each change before it is made. */
  readonly say: (message: string) => void
}

/** Two deploys may make it at once: then it is described like any other. */
async function create({ aws, name, settings, say }: AppRepository): Promise<RepositoryState> {
  const { tags } = settings
  const input = {
    repositoryName: name,
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  }
  say(`Repository ${name}: making it, with immutable tags and scan on push`)
  try {
    const answer = await aws.ecr('CreateRepository', input, `repository '${name}'`)
    const described = parseRepository(answer['repository'], name)
    return { described, settings: { repository: described.entry, tags } }
  } catch (error) {
    if (awsCodeOf(error) !== 'RepositoryAlreadyExistsException') throw error
    const state = await readRepositoryState(aws, name)
    if (state !== undefined) return state
    throw new ContainerImageError(
      'AWS_FAILED',
      `ECR says that repository '${name}' exists and that it does not. Deploy again.`,
    )
  }
}

async function reconcile(
  options: AppRepository,
  { described, settings }: RepositoryState,
  repository: Repository,
): Promise<void> {
  const { aws, name, say } = options
  const { partition, region, account } = described
  const wanted = { name, partition, region, account, ...options.settings }
  const changes = planRepository(settings, wanted)
  for (const { description } of changes) say(`Repository ${name}: ${description}`)
  if (changes.some((change) => change.tagFirst)) await options.tagFirst(repository)
  await applyChanges(aws, name, changes)
}

function open(
  uri: string,
  { aws, hostMap }: EcrOptions,
  authorization = createEcrTokens(aws),
): Repository {
  return openRepository({ uri, authorization, ...(hostMap && { hostMap }) })
}

/** The repository when it is there; makes and changes nothing. */
export async function findEcrRepository(options: EcrOptions): Promise<Repository | undefined> {
  const described = await describeRepository(options.aws, options.name)
  return described && open(described.uri, options)
}

/**
 * The app's repository as the app wants it: made when it is missing, and changed where it differs.
 * @throws ContainerImageError AWS_DENIED with the action, RETENTION_RULE_CLASH and its like
 */
export async function openEcrRepository(
  options: AppRepository & {
    /** What was read before; read now when absent. */
    readonly state?: Promise<RepositoryState | undefined>
  },
): Promise<Repository> {
  const { aws, name } = options
  const authorization = createEcrTokens(aws)
  // Both are waited for also when one fails: nothing goes on behind an error's back.
  const [found, token] = await Promise.allSettled([
    options.state ?? readRepositoryState(aws, name),
    authorization(false),
  ])
  if (found.status === 'rejected') throw found.reason
  if (token.status === 'rejected') throw token.reason
  const state = found.value ?? (await create(options))
  const repository = open(state.described.uri, options, authorization)
  await reconcile(options, state, repository)
  return repository
}
