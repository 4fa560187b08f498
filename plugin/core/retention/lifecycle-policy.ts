import { ContainerImageError } from '../../errors.ts'
import { recordOf, textsOf } from '../basics/is-record.ts'
import {
  canonical,
  parseLifecyclePolicy,
  selectionOf,
  type LifecycleRule,
} from './lifecycle-rule.ts'
import { livePrefix } from '../image/live-tag.ts'
import { contentPrefixes, dependenciesPrefix } from '../image/tag.ts'
import { canMatch } from './tag-filter.ts'

/** Begins the description of each of our rules; by it they are known again. */
const mark = 'arc-plugin-container-images: '

/** Above any quota of images a repository (100,000, adjustable), so the rule never fires. */
const neverReached = 1_000_000

/** ECR's quotas for one policy. */
const maximumRules = 50
const maximumLength = 30_720
const maximumPriority = 999

export interface PlannedPolicy {
  /** For `ecr:PutLifecyclePolicy`. */
  readonly text: string
  /** Whether it says something else than the one that is there. */
  readonly differs: boolean
  /** Our first rule was not there: what is in use carries no live tag yet. */
  readonly isNew: boolean
}

export function liveRule(priority: number): LifecycleRule {
  return rule(priority, 'never fires, keeps what a stack runs or would roll back to', {
    tagStatus: 'tagged',
    tagPrefixList: [livePrefix],
    countType: 'imageCountMoreThan',
    countNumber: neverReached,
  })
}

/**
 * Our rules around those of others. An image that a rule matches by its tags cannot be expired by
 * a rule of a higher number, so the first rule shields live images from all that follow.
 * @param current `lifecyclePolicyText`; `undefined` when there is none
 * @param images names of the app's images, whose tags a rule of others may reach
 * @throws ContainerImageError RETENTION_RULE_CLASH, RETENTION_POLICY_INVALID, RETENTION_POLICY_FULL
 */
export function planLifecyclePolicy(
  current: string | undefined,
  keep: number,
  images: readonly string[] = [],
): PlannedPolicy {
  const present = current === undefined ? [] : parseLifecyclePolicy(current)
  const foreign = fit(present.filter((found) => !isOurs(found)))
  const last = foreign.at(-1)?.rulePriority ?? 1
  const ours = [liveRule(1), dependenciesRule(last + 1, keep), anyRule(last + 2, keep)]
  checkClashes(foreign, ours, images)
  const rules = [ours[0], ...foreign, ...ours.slice(1)].filter((each) => each !== undefined)
  const text = JSON.stringify({ rules })
  checkQuotas(rules, text)
  const isNew = foreign.length === present.length
  return { text, isNew, differs: canonical(rules) !== canonical(present) }
}

function rule(rulePriority: number, text: string, selection: Record<string, unknown>) {
  const description = `${mark}${text}`
  return { rulePriority, description, selection, action: { type: 'expire' } }
}

/** Without it every `keep` changes of code would cost the next fresh machine an install. */
function dependenciesRule(priority: number, keep: number): LifecycleRule {
  return rule(priority, 'keeps the newest dependency layers', {
    tagStatus: 'tagged',
    tagPrefixList: [dependenciesPrefix],
    countType: 'imageCountMoreThan',
    countNumber: keep,
  })
}

function anyRule(priority: number, keep: number): LifecycleRule {
  return rule(priority, 'keeps the newest of all images', {
    tagStatus: 'any',
    countType: 'imageCountMoreThan',
    countNumber: keep,
  })
}

function isOurs(found: LifecycleRule): boolean {
  return typeof found['description'] === 'string' && found['description'].startsWith(mark)
}

/** ECR takes one `any` rule, and each prefix in one rule only. */
function excludes(foreign: LifecycleRule, ours: LifecycleRule): boolean {
  const [theirs, own] = [selectionOf(foreign), selectionOf(ours)]
  if (own['tagStatus'] === 'any') return theirs['tagStatus'] === 'any'
  const prefixes = textsOf(theirs['tagPrefixList'])
  return textsOf(own['tagPrefixList']).some((prefix) => prefixes.includes(prefix))
}

/**
 * AWS says of no rule that it shields from being archived, and nothing can pull what is archived: a
 * rule that does anything but expire must not fit the tags of ours. With several prefixes or
 * patterns an image has to have all of them.
 */
function archives(foreign: LifecycleRule, ours: LifecycleRule, images: readonly string[]): boolean {
  if (recordOf(foreign['action'])['type'] === 'expire') return false
  const { tagStatus, tagPrefixList, tagPatternList } = selectionOf(foreign)
  if (tagStatus === 'untagged') return false
  const filters = [...textsOf(tagPrefixList).map((each) => `${each}*`), ...textsOf(tagPatternList)]
  const kept = textsOf(selectionOf(ours)['tagPrefixList'])
  const reached = kept.includes(livePrefix) ? [...kept, ...images.flatMap(contentPrefixes)] : kept
  return (
    reached.length > 0 &&
    filters.every((filter) => reached.some((prefix) => canMatch(filter, prefix)))
  )
}

function checkClashes(
  foreign: readonly LifecycleRule[],
  ours: readonly LifecycleRule[],
  images: readonly string[],
): void {
  const clashes = foreign.flatMap((theirs) =>
    ours
      .filter((own) => excludes(theirs, own) || archives(theirs, own, images))
      .map((own) => ({ theirs, own })),
  )
  if (clashes.length === 0) return
  const pairs = clashes.map(
    ({ theirs, own }) => `theirs: ${canonical(theirs)}\nours:   ${canonical(own)}`,
  )
  throw new ContainerImageError(
    'RETENTION_RULE_CLASH',
    `The repository's lifecycle policy has a rule that cannot stand beside ours.\n${pairs.join('\n')}\nRemove theirs, or give the app another repository under @images.`,
  )
}

/** Others' rules keep their numbers where they fit between our first and our last two. */
function fit(foreign: readonly LifecycleRule[]): readonly LifecycleRule[] {
  const first = foreign[0]?.rulePriority ?? 2
  const last = foreign.at(-1)?.rulePriority ?? 1
  const shift = first < 2 ? 2 - first : 0
  if (last + shift + 2 <= maximumPriority)
    return foreign.map((theirs) => ({ ...theirs, rulePriority: theirs.rulePriority + shift }))
  return foreign.map((theirs, index) => ({ ...theirs, rulePriority: index + 2 }))
}

function checkQuotas(rules: readonly LifecycleRule[], text: string): void {
  if (rules.length <= maximumRules && text.length <= maximumLength) return
  throw new ContainerImageError(
    'RETENTION_POLICY_FULL',
    `With our 3 rules the repository's lifecycle policy has ${rules.length} rules and ${text.length} characters. ECR takes ${maximumRules} and ${maximumLength}. Remove some of the others.`,
  )
}
