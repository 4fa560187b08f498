import { randomUUID } from 'node:crypto'

import type { Context } from '../context.ts'

/** One action on a stack; a rollback is one of its own. */
export interface Operation {
  readonly id: string
  readonly type: 'CREATE_STACK' | 'UPDATE_STACK' | 'DELETE_STACK' | 'ROLLBACK'
}

/** What was seen to happen; `record` makes an event of it. */
export interface Happening {
  readonly logicalId: string
  readonly physicalId: string
  readonly type: string
  /** Empty for a validation that failed. */
  readonly status: string
  readonly reason?: string
  /** Only the newer API tells of these. */
  readonly validation?: { readonly name: string; readonly reason: string; readonly path: string }
}

export interface StackEvent extends Happening {
  readonly id: string
  readonly operation: Operation
  readonly time: number
}

/** A function of a deployed stack, as Lambda would hold it. */
export interface DeployedFunction {
  readonly logicalId: string
  /** Lambda's function name; another one after a replacement. */
  readonly functionName: string
  readonly packageType: 'Zip' | 'Image'
  /** Resolved: Globals merged in, pseudo parameters and what else is known put in place. */
  readonly properties: Readonly<Record<string, unknown>>
  /** The digest that Lambda pinned at create or update. */
  readonly resolvedImageUri?: string
  /** AWS takes the deploy but the first invocation fails; what the log would say. */
  readonly startError?: string
}

export interface StackResource {
  readonly type: string
  readonly physicalId: string
  readonly time: number
  /** Absent: CREATE_COMPLETE. */
  readonly status?: string
  readonly reason?: string
}

/** What one deploy put in place; a rollback goes back to the one before. */
export interface Deployment {
  /** As it was handed in (`TemplateStage: Original`). */
  readonly template: string
  readonly functions: Readonly<Record<string, DeployedFunction>>
  readonly resources: Readonly<Record<string, StackResource>>
  readonly outputs: Readonly<Record<string, string>>
}

export interface StackRecord {
  readonly id: string
  readonly name: string
  readonly created: number
  updated?: number
  status: string
  reason?: string
  /** States that the next polls will see, in turn. */
  upcoming: string[]
  capabilities: string[]
  tags: Record<string, string>
  /** Values of the template's parameters; absent in a state that was written before there were any. */
  parameters?: Readonly<Record<string, string>>
  deployment: Deployment
  readonly events: StackEvent[]
  /** By logical id: what keeps a resource from being deleted; tests set it and take it away. */
  holds?: Record<string, string>
}

export function findStack(
  stacks: readonly StackRecord[],
  nameOrId: string,
): StackRecord | undefined {
  return stacks.findLast(
    (stack) =>
      stack.id === nameOrId || (stack.name === nameOrId && stack.status !== 'DELETE_COMPLETE'),
  )
}

/** A poll that finds a stack at work sees it one step further. */
export function advance(stack: StackRecord): void {
  stack.status = stack.upcoming.shift() ?? stack.status
}

export function newOperation(type: Operation['type']): Operation {
  return { id: randomUUID(), type }
}

/** Writes down what happens in an operation, now. */
export function record(
  stack: StackRecord,
  operation: Operation,
  { now }: Pick<Context, 'now'>,
  ...happenings: readonly Happening[]
): void {
  for (const happening of happenings)
    stack.events.push({ id: randomUUID(), operation, time: now(), ...happening })
}

/** A happening of the stack itself. */
export function ofStack({ id, name }: StackRecord, status: string, reason?: string): Happening {
  const type = 'AWS::CloudFormation::Stack'
  const happening = { logicalId: name, physicalId: id, type, status }
  return reason === undefined ? happening : { ...happening, reason }
}
