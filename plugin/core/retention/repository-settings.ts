import { isRecord, recordOf, textOf } from '../basics/is-record.ts'
import { planLifecyclePolicy } from './lifecycle-policy.ts'
import { livePrefix } from '../image/live-tag.ts'
import { contentPrefixes, dependenciesPrefix } from '../image/tag.ts'
import { planPullPolicy } from './pull-policy.ts'
import type { Place } from './place.ts'
import { canMatch } from './tag-filter.ts'

/** One call that brings the repository to what is wanted. */
export interface Change {
  readonly action: `ecr:${string}`
  readonly input: Readonly<Record<string, unknown>>
  /** For the deploy's output: `keep the newest 10 images`. */
  readonly description: string
  /**
   * Before this call every image that any stack holds has to carry a live tag (`tagsToRestore` for
   * each stack): the repository was used before it had our policy, which would expire them.
   */
  readonly tagFirst?: true
}

/** What AWS says about the repository; `undefined` parts do not exist. */
export interface FoundSettings {
  /** One entry of `DescribeRepositories`. */
  readonly repository: unknown
  readonly policyText?: string
  readonly lifecyclePolicyText?: string
  /** `ListTagsForResource`. */
  readonly tags?: Readonly<Record<string, string>>
}

export interface WantedSettings extends Place {
  readonly name: string
  /** Names of the app's images. */
  readonly images: readonly string[]
  readonly keep: number
  readonly tags: Readonly<Record<string, string>>
}

/** Exclusions are for other tools' tags; one that could be a tag of ours would let it move. */
export function isImmutable(
  repository: Readonly<Record<string, unknown>>,
  images: readonly string[],
): boolean {
  const mutability = repository['imageTagMutability']
  const filters = repository['imageTagMutabilityExclusionFilters']
  if (mutability !== 'IMMUTABLE_WITH_EXCLUSION') return mutability === 'IMMUTABLE'
  if (!Array.isArray(filters)) return false
  const prefixes = [livePrefix, dependenciesPrefix, ...images.flatMap(contentPrefixes)]
  return filters.every((entry: unknown) => {
    const filter = isRecord(entry) ? textOf(entry['filter']) : undefined
    return filter !== undefined && !prefixes.some((prefix) => canMatch(filter, prefix))
  })
}

/**
 * The calls that bring a repository to what is wanted, in the order in which they are to be made;
 * none when it is so already. Encryption, others' tags, statements and rules are left alone, so a
 * repository that was made by hand or is encrypted with KMS is accepted.
 * @throws ContainerImageError RETENTION_RULE_CLASH, RETENTION_POLICY_INVALID, RETENTION_POLICY_FULL
 */
export function planRepository(found: FoundSettings, wanted: WantedSettings): readonly Change[] {
  const { name: repositoryName, keep } = wanted
  const lifecycle = planLifecyclePolicy(found.lifecyclePolicyText, keep, wanted.images)
  const policyText = planPullPolicy(found.policyText, wanted)
  const changes = [...attributeChanges(found, wanted)]
  if (policyText !== undefined)
    changes.push({
      action: 'ecr:SetRepositoryPolicy',
      input: { repositoryName, policyText },
      description: 'let Lambda pull images',
    })
  if (lifecycle.differs)
    changes.push({
      action: 'ecr:PutLifecyclePolicy',
      input: { repositoryName, lifecyclePolicyText: lifecycle.text },
      ...(lifecycle.isNew && { tagFirst: true }),
      description: `keep what is live, the newest ${keep} dependency layers and the newest ${keep} of all images`,
    })
  return changes
}

function listTags(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

function missingTags(found: FoundSettings['tags'], wanted: WantedSettings['tags']) {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => found?.[key] !== value))
}

function attributeChanges(found: FoundSettings, wanted: WantedSettings): readonly Change[] {
  const { name, partition, region, account } = wanted
  const repository = recordOf(found.repository)
  const changes: Change[] = []
  if (!isImmutable(repository, wanted.images))
    changes.push({
      action: 'ecr:PutImageTagMutability',
      input: { repositoryName: name, imageTagMutability: 'IMMUTABLE' },
      description: `make tags immutable (were ${textOf(repository['imageTagMutability']) ?? 'unknown'})`,
    })
  const tags = missingTags(found.tags, wanted.tags)
  const arn = `arn:${partition}:ecr:${region}:${account}:repository/${name}`
  if (Object.keys(tags).length > 0)
    changes.push({
      action: 'ecr:TagResource',
      input: { resourceArn: textOf(repository['repositoryArn']) ?? arn, tags: listTags(tags) },
      description: `tag the repository with ${Object.keys(tags).join(', ')}`,
    })
  return changes
}
