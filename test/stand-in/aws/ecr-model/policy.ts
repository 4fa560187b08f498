/** The properties of a lifecycle rule (ECR user guide, lifecycle policy properties). */
export interface ModelRule {
  readonly rulePriority: number
  readonly description?: string
  readonly selection: {
    readonly tagStatus: 'tagged' | 'untagged' | 'any'
    readonly tagPrefixList?: readonly string[]
    readonly tagPatternList?: readonly string[]
    /** Absent: `standard`. */
    readonly storageClass?: 'standard' | 'archive'
    readonly countType:
      | 'imageCountMoreThan'
      | 'sinceImagePushed'
      | 'sinceImagePulled'
      | 'sinceImageTransitioned'
    readonly countUnit?: 'days'
    readonly countNumber: number
  }
  readonly action:
    | { readonly type: 'expire' }
    | { readonly type: 'transition'; readonly targetStorageClass: 'archive' }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
}

const daily = new Set(['sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned'])

/**
 * What is not pulled goes to the archive, never away; what is in the archive goes by its time there,
 * of 90 days at least; no rule takes anything out of it.
 */
function fitsAction(
  { countType, storageClass = 'standard', countNumber }: Readonly<Record<string, unknown>>,
  { type, targetStorageClass }: Readonly<Record<string, unknown>>,
): boolean {
  if (storageClass === 'archive')
    return type === 'expire' && countType === 'sinceImageTransitioned' && Number(countNumber) >= 90
  if (storageClass !== 'standard' || countType === 'sinceImageTransitioned') return false
  if (type === 'transition') return targetStorageClass === 'archive'
  return type === 'expire' && targetStorageClass === undefined && countType !== 'sinceImagePulled'
}

function isRule(value: unknown): value is ModelRule {
  if (!isObject(value) || !isObject(value['selection']) || !isObject(value['action'])) return false
  const { tagStatus, tagPrefixList, tagPatternList, countType, countUnit, countNumber } =
    value['selection']
  const lists = [tagPrefixList, tagPatternList].filter((list) => list !== undefined)
  return (
    Number.isInteger(value['rulePriority']) &&
    fitsAction(value['selection'], value['action']) &&
    lists.every((list) => isTexts(list) && list.length > 0) &&
    lists.length === (tagStatus === 'tagged' ? 1 : 0) &&
    ['tagged', 'untagged', 'any'].includes(String(tagStatus)) &&
    Number.isInteger(countNumber) &&
    Number(countNumber) > 0 &&
    (countType === 'imageCountMoreThan'
      ? countUnit === undefined
      : daily.has(String(countType)) && countUnit === 'days')
  )
}

function hasDoubles(values: readonly unknown[]): boolean {
  return new Set(values).size < values.length
}

function faultOf(rules: readonly ModelRule[], length: number): string | undefined {
  const priorities = rules.map(({ rulePriority }) => rulePriority)
  const last = Math.max(...priorities)
  const selections = rules.map(({ selection }) => selection)
  const patterns = selections.flatMap(({ tagPatternList }) => tagPatternList ?? [])
  if (rules.length === 0 || rules.length > 50) return 'between 1 and 50 rules'
  if (length > 30_720) return 'at most 30720 characters'
  if (hasDoubles(priorities)) return 'rulePriority must be unique'
  if (selections.filter(({ tagStatus }) => tagStatus === 'untagged').length > 1)
    return 'only one rule may select untagged images'
  const any = rules.filter(({ selection }) => selection.tagStatus === 'any')
  if (any.length > 1 || any.some(({ rulePriority }) => rulePriority !== last))
    return 'the rule for any images must be one and have the highest number'
  if (hasDoubles(selections.flatMap(({ tagPrefixList }) => tagPrefixList ?? [])))
    return 'tag prefixes must be unique'
  if (patterns.some((pattern) => pattern.split('*').length > 5))
    return 'at most four wildcards a pattern'
  return undefined
}

/**
 * A policy that ECR would take, in the order of its priorities.
 * @throws Error what the user guide says against it
 */
export function parsePolicy(text: string): readonly ModelRule[] {
  const policy: unknown = JSON.parse(text)
  const rules: unknown = isObject(policy) ? policy['rules'] : undefined
  if (!Array.isArray(rules) || !rules.every(isRule))
    throw new Error(`not a lifecycle policy: ${text}`)
  const fault = faultOf(rules, text.length)
  if (fault !== undefined) throw new Error(`Invalid lifecycle policy: ${fault}`)
  return rules.toSorted((one, other) => one.rulePriority - other.rulePriority)
}
