/** A stack as CloudFormation describes it. */
export interface KnownStack {
  /** Its ARN: by that a deleted stack is still found, and never another one of the same name. */
  readonly id: string
  readonly name: string
  readonly status: string
  readonly reason?: string
  /** Milliseconds: when it was made or last updated. */
  readonly changed: number
  readonly outputs: Readonly<Record<string, string>>
  /** Those of its last deploy; absent where only names and states were asked for. */
  readonly capabilities?: readonly string[]
}

/** A resource of a stack. */
export interface StackResource {
  readonly logicalId: string
  readonly physicalId: string
  readonly type: string
  readonly status: string
  readonly reason?: string
  /** Its `DeletionPolicy` says that it outlives the stack. */
  readonly retained: boolean
}

/**
 * When CloudFormation says that a stack is gone: `standard` when all its resources are, `express` once
 * each deletion has been accepted, which for functions in a VPC is minutes earlier.
 */
export type DeletionMode = 'express' | 'standard'

/** What a teardown asks of AWS. */
export interface DestroyPorts {
  readonly findStack: (nameOrId: string) => Promise<KnownStack | undefined>
  readonly listResources: (stack: KnownStack) => Promise<readonly StackResource[]>
  /** Deletes every version of every object; gives their number, 0 for a bucket that is gone. */
  readonly emptyBucket: (bucket: string) => Promise<number>
  /** Begins the deletion; where AWS does not offer `express`, it is `standard`. */
  readonly deleteStack: (stack: KnownStack, mode: DeletionMode) => Promise<void>
  /** Gives how many there were. */
  readonly deleteLogGroups: (prefix: string) => Promise<number>
  /** Some seconds, between two looks. */
  readonly wait: () => Promise<void>
  readonly say: (message: string) => void
}
