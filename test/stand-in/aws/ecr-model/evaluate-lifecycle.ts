import type { ModelImage } from './image.ts'
import type { ModelRule } from './policy.ts'

export interface Expiry {
  readonly digest: string
  readonly rulePriority: number
}

const oneDay = 24 * 60 * 60 * 1000

function isLike(tag: string, pattern: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*')
  return new RegExp(`^${source}$`).test(tag)
}

/** The tagging requirements of a rule: with several prefixes or patterns the image has all of them. */
function fitsTags({ tags }: ModelImage, { selection }: ModelRule): boolean {
  if (selection.tagStatus === 'any') return true
  if (selection.tagStatus === 'untagged') return tags.length === 0
  const { tagPrefixList = [], tagPatternList = [] } = selection
  return (
    tags.length > 0 &&
    tagPrefixList.every((prefix) => tags.some((tag) => tag.startsWith(prefix))) &&
    tagPatternList.every((pattern) => tags.some((tag) => isLike(tag, pattern)))
  )
}

/** Nothing was ever pulled here: then the push counts. */
function since({ pushedAt, archivedAt }: ModelImage, countType: string): number {
  return countType === 'sinceImageTransitioned' ? (archivedAt ?? pushedAt) : pushedAt
}

/** What a rule marks, seen alone: images of other rules count as if nothing had expired. */
function marked(rule: ModelRule, images: readonly ModelImage[], now: number): Set<string> {
  const { storageClass = 'standard' } = rule.selection
  const fitting = images
    .filter((image) => fitsTags(image, rule))
    .filter(({ status }) => (status === undefined) === (storageClass === 'standard'))
    .toSorted((one, other) => other.pushedAt - one.pushedAt)
  const { countType, countNumber } = rule.selection
  const beyond =
    countType === 'imageCountMoreThan'
      ? fitting.slice(countNumber)
      : fitting.filter((image) => now - since(image, countType) > countNumber * oneDay)
  return new Set(beyond.map(({ digest }) => digest))
}

/**
 * ECR's documented evaluation (user guide, "Lifecycle policy evaluation rules"): every rule marks
 * by itself; an image that fits the tags of a rule cannot be expired by one of a higher number;
 * each image expires by one rule or none.
 * @param rules in the order of their priorities, as `parsePolicy` gives them
 */
export function evaluateLifecycle(
  rules: readonly ModelRule[],
  images: readonly ModelImage[],
  now: number,
): readonly Expiry[] {
  const marks = rules.map((rule) => marked(rule, images, now))
  return images.flatMap(({ digest, ...image }) => {
    const first = rules.findIndex((rule) => fitsTags({ digest, ...image }, rule))
    const rule = rules[first]
    if (rule?.action.type !== 'expire' || !marks[first]?.has(digest)) return []
    return [{ digest, rulePriority: rule.rulePriority }]
  })
}

/**
 * What goes to the archive. That a higher rule shields from it is documented nowhere, so none does:
 * the worst that may be.
 */
export function evaluateTransitions(
  rules: readonly ModelRule[],
  images: readonly ModelImage[],
  now: number,
): ReadonlySet<string> {
  const archiving = rules.filter(({ action }) => action.type === 'transition')
  return new Set(archiving.flatMap((rule) => [...marked(rule, images, now)]))
}
