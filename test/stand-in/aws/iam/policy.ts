import { isRecord } from '../../../../plugin/core/basics/is-record.ts'

export interface Statement {
  readonly sid: string
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** Operator to key to values; only StringEquals is known here. */
  readonly conditions: Readonly<Record<string, readonly string[]>>
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

/** The statements of every policy of a resolved template; whatever is not an Allow is refused. */
export function statementsOf(template: unknown): readonly Statement[] {
  const resources = recordOf(recordOf(template)['Resources'])
  return Object.values(resources).flatMap((resource) => {
    if (recordOf(resource)['Type'] !== 'AWS::IAM::ManagedPolicy') return []
    const document = recordOf(recordOf(recordOf(resource)['Properties'])['PolicyDocument'])
    return listOf(document['Statement']).map(parseStatement)
  })
}

function parseStatement(value: unknown): Statement {
  const statement = recordOf(value)
  const { StringEquals, ...others } = recordOf(statement['Condition'])
  if (statement['Effect'] !== 'Allow' || Object.keys(others).length > 0)
    throw new Error(`Statement ${String(statement['Sid'])} is of a kind that is not known here.`)
  const conditions = Object.entries(recordOf(StringEquals)).map(([key, values]) => [
    key,
    listOf(values).map(String),
  ])
  return {
    sid: String(statement['Sid']),
    actions: listOf(statement['Action']).map(String),
    resources: listOf(statement['Resource']).map(String),
    conditions: Object.fromEntries(conditions),
  }
}

export function isAllowed(statements: readonly Statement[], wish: Wish): boolean {
  return statements.some(
    ({ actions, resources, conditions }) =>
      actions.some((action) => matches(action, wish.action)) &&
      resources.some((resource) => matches(resource, wish.resource)) &&
      Object.entries(conditions).every(([key, values]) =>
        values.includes(wish.context?.[key] ?? ''),
      ),
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

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}
