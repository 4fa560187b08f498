/** One thing that CloudFormation tells of a stack. */
export interface StackEvent {
  readonly id: string
  /** Milliseconds, by AWS's clock. */
  readonly time: number
  /** `stack`: of the stack itself. `validation`, `hook`: what looks at a resource beforehand. */
  readonly kind: 'stack' | 'resource' | 'validation' | 'hook'
  readonly logicalId: string
  readonly physicalId: string
  /** `AWS::Lambda::Function` */
  readonly type: string
  /** `UPDATE_FAILED`; of a validation or hook `VALIDATION_FAILED` or `HOOK_FAILED` if it ends things. */
  readonly status: string
  /** In AWS's words; empty when it gives none. */
  readonly reason: string
  /** Of a validation: where in the template. */
  readonly path?: string
}

/** CloudFormation gives up on these because of another one. */
const cancelled = /^Resource (?:creation|update) cancelled$/

/** Something that failed by itself. */
export function isFailure({ status, reason }: StackEvent): boolean {
  return status.endsWith('_FAILED') && !cancelled.test(reason)
}
