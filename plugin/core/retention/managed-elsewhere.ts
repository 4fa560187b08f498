import { recordOf, textOf } from '../basics/is-record.ts'
import { type LifecycleRule, parseLifecyclePolicy, selectionOf } from './lifecycle-rule.ts'
import { liveRule } from './lifecycle-policy.ts'
import { livePrefix } from '../image/live-tag.ts'
import { listOf, judgePull } from './pull-statement.ts'
import { ourStatement, parsePolicy } from './pull-policy.ts'
import type { Place } from './place.ts'
import { type FoundSettings, isImmutable } from './repository-settings.ts'

/** The tag that says of one repository what `managed elsewhere` says of all. */
const managedTag = { key: 'container-images:managed', value: 'elsewhere' } as const

export function isManagedElsewhere(found: FoundSettings | undefined): boolean {
  return found?.tags?.[managedTag.key] === managedTag.value
}

export interface NeededSettings extends Place {
  readonly stackName: string
  /** Names of the app's images. */
  readonly images: readonly string[]
}

/**
 * What a repository that others look after lacks for a deploy to be kept as it was promised; each
 * says what is there and what has to be. What only saves room or finds flaws (scan on push, tags,
 * a bound of images) is theirs to decide.
 * @throws ContainerImageError RETENTION_POLICY_INVALID
 */
export function unfitSettings(found: FoundSettings, needed: NeededSettings): readonly string[] {
  return [
    ...mutability(found, needed.images),
    ...pull(found.policyText, needed),
    ...lifecycle(found.lifecyclePolicyText),
  ]
}

function mutability({ repository }: FoundSettings, images: readonly string[]): readonly string[] {
  const described = recordOf(repository)
  if (isImmutable(described, images)) return []
  const seen = textOf(described['imageTagMutability']) ?? 'unknown'
  return [
    `Its tags are ${seen}, so one could be moved to another image. Make them IMMUTABLE, or exclude only what cannot be a tag of ours.`,
  ]
}

function pull(policyText: string | undefined, needed: NeededSettings): readonly string[] {
  const { partition, region, account, stackName } = needed
  const functionArn = `arn:${partition}:lambda:${region}:${account}:function:${stackName}-Function`
  const statements = policyText === undefined ? [] : listOf(parsePolicy(policyText)['Statement'])
  const verdicts = statements.map((statement) => judgePull(statement, needed, functionArn))
  if (verdicts.some((verdict) => verdict !== 'does not')) return []
  return [
    `Its policy does not let Lambda pull for functions of ${stackName}. Add the statement ${JSON.stringify(ourStatement(needed))}.`,
  ]
}

/** Above any quota of images a repository that ECR ever named. */
const neverFires = 100_000

/** The rule that shields what is live from all rules of a higher number. */
function isShield(rule: LifecycleRule): boolean {
  const { tagStatus, tagPrefixList, tagPatternList, countType, countNumber } = selectionOf(rule)
  const tags = [...listOf(tagPrefixList), ...listOf(tagPatternList)]
  return (
    tagStatus === 'tagged' &&
    tags.length === 1 &&
    [livePrefix, `${livePrefix}*`].includes(String(tags[0])) &&
    countType === 'imageCountMoreThan' &&
    Number(countNumber) >= neverFires
  )
}

/**
 * Live images have tags of every kind, so any rule but one for untagged images may take them, unless
 * the shield comes before it. AWS says of no rule that it shields from being archived.
 */
function lifecycle(policyText: string | undefined): readonly string[] {
  const rules = policyText === undefined ? [] : parseLifecyclePolicy(policyText)
  const shield = rules.findIndex(isShield)
  const dangerous = rules.filter((rule, index) => {
    if (selectionOf(rule)['tagStatus'] === 'untagged' || index === shield) return false
    return shield === -1 || index < shield || recordOf(rule['action'])['type'] !== 'expire'
  })
  if (dangerous.length === 0) return []
  const priorities = dangerous.map(({ rulePriority }) => rulePriority).join(', ')
  return [
    `Its lifecycle rules of priority ${priorities} may expire or archive an image that a function runs. Give the rule ${JSON.stringify(liveRule(1))} a lower number than any of them, and let none of them archive.`,
  ]
}
