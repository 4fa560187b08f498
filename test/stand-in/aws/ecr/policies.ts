import { expiring } from './expire-images.ts'
import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { type Input, text } from '../json-actions.ts'
import { checkLifecycle } from './lifecycle.ts'
import { type EcrRepository, repositoryOf } from './repository.ts'

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value]
}

function parsePolicy(policyText: string): Record<string, unknown> | undefined {
  try {
    const policy: unknown = JSON.parse(policyText)
    return isRecord(policy) && Array.isArray(policy['Statement']) ? policy : undefined
  } catch {
    return undefined
  }
}

const needed = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

/** Whether Lambda itself is allowed to read the repository's images. */
export function lambdaMayPull({ policy }: EcrRepository): boolean {
  const statements = list(parsePolicy(policy ?? '{}')?.['Statement'])
  return statements.some((statement) => {
    if (!isRecord(statement) || statement['Effect'] !== 'Allow') return false
    const principal = isRecord(statement['Principal'])
      ? statement['Principal']['Service']
      : undefined
    const actions = list(statement['Action'])
    return (
      list(principal).includes('lambda.amazonaws.com') &&
      (actions.includes('ecr:*') || needed.every((action) => actions.includes(action)))
    )
  })
}

/** At CreateFunction, never at an update, Lambda adds its own statement when the caller may set policies. */
export function allowLambda(repository: EcrRepository, { account, region }: Context): void {
  const before = parsePolicy(repository.policy ?? '{}')
  const statement = {
    Sid: 'LambdaECRImageRetrievalPolicy',
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: needed,
    Condition: {
      StringLike: { 'aws:sourceArn': `arn:aws:lambda:${region}:${account}:function:*` },
    },
  }
  const others = before === undefined ? [] : list(before['Statement'])
  repository.policy = JSON.stringify({ Version: '2008-10-17', Statement: [...others, statement] })
}

function missing(
  kind: string,
  code: string,
  { name }: EcrRepository,
  { account }: Context,
): AwsFault {
  return new AwsFault(
    code,
    `${kind} does not exist for the repository with name '${name}' in the registry with id '${account}'`,
  )
}

/** By repository: the policy of the last preview. */
const previews = new WeakMap<EcrRepository, string>()

export const policyActions = {
  SetRepositoryPolicy(input: Input, context: Context): object {
    const repository = repositoryOf(input, context)
    const policyText = text(input, 'policyText')
    if (parsePolicy(policyText) === undefined)
      throw new AwsFault(
        'InvalidParameterException',
        `Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'`,
      )
    repository.policy = policyText
    return { registryId: context.account, repositoryName: repository.name, policyText }
  },

  GetRepositoryPolicy(input: Input, context: Context): object {
    const repository = repositoryOf(input, context)
    const { name, policy: policyText } = repository
    if (policyText === undefined)
      throw missing('Repository policy', 'RepositoryPolicyNotFoundException', repository, context)
    return { registryId: context.account, repositoryName: name, policyText }
  },

  DeleteRepositoryPolicy(input: Input, context: Context): object {
    const repository = repositoryOf(input, context)
    const { name, policy: policyText } = repository
    if (policyText === undefined)
      throw missing('Repository policy', 'RepositoryPolicyNotFoundException', repository, context)
    delete repository.policy
    return { registryId: context.account, repositoryName: name, policyText }
  },

  PutLifecyclePolicy(input: Input, context: Context): object {
    const repository = repositoryOf(input, context)
    const lifecyclePolicyText = text(input, 'lifecyclePolicyText')
    checkLifecycle(lifecyclePolicyText)
    repository.lifecycle = lifecyclePolicyText
    return { registryId: context.account, repositoryName: repository.name, lifecyclePolicyText }
  },

  /** Evaluated when it is asked for: a preview that is still in progress is a poll, not a case. */
  StartLifecyclePolicyPreview(input: Input, context: Context): object {
    const repository = repositoryOf(input, context)
    const own = input['lifecyclePolicyText']
    const lifecyclePolicyText =
      own === undefined ? repository.lifecycle : text(input, 'lifecyclePolicyText')
    if (lifecyclePolicyText === undefined)
      throw missing('Lifecycle policy', 'LifecyclePolicyNotFoundException', repository, context)
    checkLifecycle(lifecyclePolicyText)
    previews.set(repository, lifecyclePolicyText)
    const { name } = repository
    return {
      registryId: context.account,
      repositoryName: name,
      lifecyclePolicyText,
      status: 'IN_PROGRESS',
    }
  },

  async GetLifecyclePolicyPreview(input: Input, context: Context): Promise<object> {
    const repository = repositoryOf(input, context)
    const lifecyclePolicyText = previews.get(repository)
    if (lifecyclePolicyText === undefined)
      throw missing(
        'Lifecycle policy preview',
        'LifecyclePolicyPreviewNotFoundException',
        repository,
        context,
      )
    const gone = await expiring(repository.name, lifecyclePolicyText, context)
    return {
      registryId: context.account,
      repositoryName: repository.name,
      lifecyclePolicyText,
      status: 'COMPLETE',
      previewResults: gone.map(({ digest, tags }) => ({
        imageDigest: digest,
        imageTags: tags,
        action: { type: 'EXPIRE' },
      })),
      summary: { expiringImageTotalCount: gone.length },
    }
  },

  GetLifecyclePolicy(input: Input, context: Context): object {
    const repository = repositoryOf(input, context)
    const { name, lifecycle: lifecyclePolicyText } = repository
    if (lifecyclePolicyText === undefined)
      throw missing('Lifecycle policy', 'LifecyclePolicyNotFoundException', repository, context)
    return { registryId: context.account, repositoryName: name, lifecyclePolicyText }
  },
}
