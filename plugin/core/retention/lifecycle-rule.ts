import { ContainerImageError } from '../../errors.ts'
import { isRecord, recordOf } from '../basics/is-record.ts'

/** One rule of a lifecycle policy; what is in it beside the priority is nobody's business here. */
export interface LifecycleRule {
  readonly rulePriority: number
  readonly [key: string]: unknown
}

/**
 * The rules of `lifecyclePolicyText`, in the order of their priorities.
 * @throws ContainerImageError RETENTION_POLICY_INVALID
 */
export function parseLifecyclePolicy(text: string): readonly LifecycleRule[] {
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    policy = undefined
  }
  const rules: unknown = isRecord(policy) ? policy['rules'] : undefined
  if (Array.isArray(rules) && rules.every(isRule))
    return rules.toSorted((one, other) => one.rulePriority - other.rulePriority)
  throw new ContainerImageError(
    'RETENTION_POLICY_INVALID',
    `The repository's lifecycle policy cannot be read: ${text.slice(0, 200)}. Correct or remove it with the AWS console or 'aws ecr delete-lifecycle-policy'.`,
  )
}

export function selectionOf(rule: LifecycleRule): Readonly<Record<string, unknown>> {
  return recordOf(rule['selection'])
}

/** Text that is equal for rules that say the same, whatever the order of their keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner)
      ? Object.fromEntries(
          Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)),
        )
      : inner,
  )
}

function isRule(value: unknown): value is LifecycleRule {
  return isRecord(value) && Number.isInteger(value['rulePriority']) && isRecord(value['selection'])
}
