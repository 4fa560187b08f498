export interface StackEvent {
  readonly time: number
  readonly logicalId: string
  readonly physicalId: string
  readonly type: string
  readonly status: string
  readonly reason?: string
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
