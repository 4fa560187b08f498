import { planRepository, type WantedSettings } from '../../core/retention/repository-settings.ts'
import { isManagedElsewhere, unfitSettings } from '../../core/retention/managed-elsewhere.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Repository } from '../../ports/repository.ts'
import { openRepository } from '../registry/open-repository.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'
import { allOrDenied, throwDenials } from '../aws/denials.ts'
import { createEcrTokens } from './ecr-token.ts'
import {
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
  /** Where a token was asked for before. */
  readonly tokens?: ReturnType<typeof createEcrTokens>
}

/** What a deploy wants of its repository; its place is known once it is there. */
export interface AppRepository extends EcrOptions {
  readonly stackName: string
  readonly settings: Pick<WantedSettings, 'images' | 'keep' | 'tags'>
  /** `elsewhere`: it is checked, and neither made nor changed. */
  readonly managed: 'here' | 'elsewhere'
  /** Called before a lifecycle policy comes to a repository that had none of ours. */
  readonly tagFirst: (repository: Repository) => Promise<void>
  /** Told each change before it is made. */
  readonly say: (message: string) => void
}

const whoElse =
  "Where others look after the repository, let them make it (that of the previews comes from docs/aws/deploy-role.yaml), and write 'managed elsewhere' under @images."

/** The repository when it is there; makes and changes nothing. */
export async function findEcrRepository(options: EcrOptions): Promise<Repository | undefined> {
  const described = await describeRepository(options.aws, options.name)
  return described && open(described.uri, options)
}

/**
 * The app's repository as the app wants it: made when it is missing, and changed where it differs;
 * one that is managed elsewhere only checked.
 * @throws ContainerImageError AWS_DENIED with every action that is denied, RETENTION_RULE_CLASH and
 * its like, REPOSITORY_UNFIT with all that is missing or different
 */
export async function openEcrRepository(
  options: AppRepository & {
    /** What was read before; read now when absent. */
    readonly state?: Promise<RepositoryState | undefined>
  },
): Promise<Repository> {
  const { aws, name } = options
  const authorization = options.tokens ?? createEcrTokens(aws)
  const [found] = await allOrDenied([
    options.state ?? readRepositoryState(aws, name),
    authorization(false),
  ])
  const state = found ?? (await make(options))
  const repository = open(state.described.uri, options, authorization)
  if (options.managed === 'elsewhere' || isManagedElsewhere(state.settings))
    requireFit(options, state)
  else await reconcile(options, state, repository)
  return repository
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
    if (awsCodeOf(error) !== 'RepositoryAlreadyExistsException') throwDenials([error], whoElse)
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
  if (changes.some((change) => change.tagFirst)) await options.tagFirst(repository)
  const failures: unknown[] = []
  for (const { action, input, description } of changes) {
    say(`Repository ${name}: ${description}`)
    try {
      await aws.ecr(action.slice('ecr:'.length), input, `repository '${name}'`)
    } catch (error) {
      failures.push(error)
    }
  }
  throwDenials(failures, whoElse)
}

/** What others look after has to be fit as it is. */
function requireFit({ name, stackName, settings }: AppRepository, found: RepositoryState): void {
  const { partition, region, account } = found.described
  const needed = { stackName, images: settings.images, partition, region, account }
  const lacks = unfitSettings(found.settings, needed)
  if (lacks.length > 0) throw unfit(name, lacks)
}

function unfit(name: string, lacks: readonly string[]): ContainerImageError {
  return new ContainerImageError(
    'REPOSITORY_UNFIT',
    `Repository '${name}' is managed elsewhere, so nothing in it was changed, and it is not fit for a deploy.\n- ${lacks.join('\n- ')}\nAsk those who look after it.`,
  )
}

async function make(options: AppRepository): Promise<RepositoryState> {
  if (options.managed === 'here') return create(options)
  throw unfit(options.name, [
    'It is not there. It has to have immutable tags, and a policy that lets Lambda pull from it.',
  ])
}

function open(
  uri: string,
  { aws, hostMap, tokens }: EcrOptions,
  authorization = tokens ?? createEcrTokens(aws),
): Repository {
  return openRepository({ uri, authorization, ...(hostMap && { hostMap }) })
}
