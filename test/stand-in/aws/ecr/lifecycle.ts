import { AwsFault } from '../fault.ts'

function refuse(reason: string): never {
  throw new AwsFault(
    'InvalidParameterException',
    `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${reason}'`,
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((x) => typeof x === 'string')
}

interface Rule {
  readonly priority: number
  readonly tagStatus: string
  readonly prefixes: readonly string[]
}

const countTypes = [
  'imageCountMoreThan',
  'sinceImagePushed',
  'sinceImagePulled',
  'sinceImageTransitioned',
]

/** The archive: what goes into it, and when it goes from there. */
function checkAction(
  { type, targetStorageClass }: Record<string, unknown>,
  { storageClass = 'standard', countType, countNumber }: Record<string, unknown>,
): void {
  if (type !== 'expire' && type !== 'transition')
    refuse('instance value for action.type not found in enum ["expire","transition"]')
  if (type === 'transition' ? targetStorageClass !== 'archive' : targetStorageClass !== undefined)
    refuse('targetStorageClass "archive" belongs to action.type "transition"')
  if (storageClass !== 'standard' && storageClass !== 'archive')
    refuse('instance value for storageClass not found in enum ["archive","standard"]')
  if ((storageClass === 'archive') !== (countType === 'sinceImageTransitioned'))
    refuse('storageClass "archive" belongs to countType "sinceImageTransitioned"')
  if (type === 'transition' && storageClass === 'archive')
    refuse('what is archived cannot be archived again')
  if (type === 'expire' && countType === 'sinceImagePulled')
    refuse('countType "sinceImagePulled" belongs to action.type "transition"')
  if (storageClass === 'archive' && Number(countNumber) < 90)
    refuse('countNumber must be at least 90 for countType "sinceImageTransitioned"')
}

function parseRule(rule: unknown): Rule {
  if (!isRecord(rule) || !isRecord(rule['selection']) || !isRecord(rule['action']))
    refuse('object has missing required properties (["rulePriority","selection","action"])')
  const { selection, action, rulePriority: priority } = rule
  if (typeof priority !== 'number' || !Number.isInteger(priority) || priority < 1)
    refuse('rulePriority must be an integer of at least 1')
  const { tagStatus, tagPrefixList, tagPatternList, countType, countNumber, countUnit } = selection
  if (!['tagged', 'untagged', 'any'].includes(String(tagStatus)))
    refuse('instance value for tagStatus not found in enum ["any","tagged","untagged"]')
  const named = [tagPrefixList, tagPatternList].filter((value) => value !== undefined)
  if (tagStatus === 'tagged' ? named.length !== 1 || !isTexts(named[0]) : named.length > 0)
    refuse('tagPrefixList or tagPatternList belongs to tagStatus "tagged", exactly one of them')
  if (isTexts(tagPatternList) && tagPatternList.some((pattern) => pattern.split('*').length > 5))
    refuse('a tag pattern has at most four wildcards')
  if (typeof countNumber !== 'number' || countNumber < 1) refuse('countNumber must be at least 1')
  if (!countTypes.includes(String(countType)))
    refuse(`instance value for countType not found in enum ${JSON.stringify(countTypes)}`)
  if (countType === 'imageCountMoreThan' ? countUnit !== undefined : countUnit !== 'days')
    refuse('countUnit "days" belongs to a countType "since..."')
  checkAction(action, selection)
  const prefixes = isTexts(tagPrefixList)
    ? tagPrefixList
    : isTexts(tagPatternList)
      ? tagPatternList
      : []
  return { priority, tagStatus: String(tagStatus), prefixes }
}

/** ECR's rules for a lifecycle policy (user guide, "Lifecycle policy properties"); texts from memory. */
export function checkLifecycle(policyText: string): void {
  if (policyText.length < 100 || policyText.length > 30_720)
    refuse('the text must have 100 to 30720 characters')
  let document: unknown
  try {
    document = JSON.parse(policyText)
  } catch {
    refuse('not valid JSON')
  }
  if (!isRecord(document) || !Array.isArray(document['rules'])) refuse('rules are missing')
  const rules = document['rules'].map(parseRule)
  if (rules.length === 0 || rules.length > 50) refuse('a policy has 1 to 50 rules')
  const priorities = rules.map(({ priority }) => priority)
  if (new Set(priorities).size !== rules.length) refuse('rulePriority must be unique')
  const prefixes = rules.flatMap((rule) => rule.prefixes)
  if (new Set(prefixes).size !== prefixes.length) refuse('tag prefixes must be unique')
  if (rules.filter(({ tagStatus }) => tagStatus === 'untagged').length > 1)
    refuse('only one rule may select untagged images')
  const any = rules.filter(({ tagStatus }) => tagStatus === 'any')
  if (any.length > 1) refuse('only one rule may select any images')
  if (any[0] !== undefined && any[0].priority !== Math.max(...priorities))
    refuse('the rule with tagStatus "any" must have the highest rulePriority')
}
