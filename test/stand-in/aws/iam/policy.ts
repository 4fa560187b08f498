import { recordOf } from '../../../../plugin/core/basics/is-record.ts'

export interface Statement {
  readonly sid: string
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly conditions: readonly Condition[]
}

interface Condition {
  readonly key: string
  readonly values: readonly string[]
  readonly isPattern: boolean
}

/** One thing that somebody wants to do. */
export interface Wish {
  /** `s3:PutObject` */
  readonly action: string
  /** An ARN, or `*` where the action knows none. */
  readonly resource: string
  /** `iam:PassedToService` and the like. */
  readonly context?: Readonly<Record<string, string>>
}

/** The statements of some managed policies of a resolved template; of a kind that is known here. */
export function statementsOf(template: unknown, ids: readonly string[]): readonly Statement[] {
  const resources = recordOf(recordOf(template)['Resources'])
  return ids.flatMap((id) => {
    const document = recordOf(recordOf(recordOf(resources[id])['Properties'])['PolicyDocument'])
    return listOf(document['Statement']).map(parseStatement)
  })
}

const patterns: Readonly<Record<string, boolean>> = {
  StringEquals: false,
  StringLike: true,
  ArnEquals: true,
}

function parseStatement(value: unknown): Statement {
  const statement = recordOf(value)
  const { Effect: effect } = statement
  const sid = String(statement['Sid'])
  const conditions = Object.entries(recordOf(statement['Condition']))
  if (
    (effect !== 'Allow' && effect !== 'Deny') ||
    conditions.some(([operator]) => !(operator in patterns))
  )
    throw new Error(`Statement ${sid} is of a kind that is not known here.`)
  return {
    sid,
    effect,
    actions: listOf(statement['Action']).map(String),
    resources: listOf(statement['Resource']).map(String),
    conditions: conditions.flatMap(([operator, keys]) =>
      Object.entries(recordOf(keys)).map(([key, values]) => ({
        key,
        values: listOf(values).map(String),
        isPattern: patterns[operator] ?? false,
      })),
    ),
  }
}

/** Whether the policies allow it, and none denies it. */
export function isAllowed(statements: readonly Statement[], wish: Wish): boolean {
  const fitting = statements.filter((statement) => fits(statement, wish))
  return fitting.length > 0 && fitting.every(({ effect }) => effect === 'Allow')
}

function fits({ actions, resources, conditions }: Statement, wish: Wish): boolean {
  return (
    actions.some((action) => matches(action, wish.action)) &&
    resources.some((resource) => matches(resource, wish.resource)) &&
    conditions.every(({ key, values, isPattern }) => {
      const seen = wish.context?.[key]
      return (
        seen !== undefined &&
        values.some((value) => (isPattern ? matches(value, seen) : value === seen))
      )
    })
  )
}

/** IAM's `*`: any characters, slashes and colons among them. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, String.raw`\$&`))
  return new RegExp(`^${source.join('.*')}$`, 's').test(text)
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
