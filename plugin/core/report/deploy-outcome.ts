/** As GitHub Actions names what became of a step. */
export const stepOutcomes = ['success', 'failure', 'cancelled', 'skipped'] as const

export type StepOutcome = (typeof stepOutcomes)[number]

/** What became of a deploy; `absent`: no stack came of it. `running`: it is not over. */
export type DeployOutcome = StepOutcome | 'absent' | 'running'

/**
 * What a step reported, unless its stack shows otherwise.
 * @param step absent when nobody reported one: then the stack alone is believed
 * @param status CloudFormation's `StackStatus`; absent for a stack that does not exist
 */
export function deployOutcome(
  step: StepOutcome | undefined,
  status: string | undefined,
): DeployOutcome {
  if (step !== undefined && step !== 'success') return step
  if (status === undefined || /^(?:DELETE|REVIEW)_/.test(status)) return 'absent'
  if (/^(?:CREATE|IMPORT|UPDATE)_COMPLETE/.test(status)) return 'success'
  // A deploy that changes nothing succeeds in a stack whose last update was rolled back.
  if (step === 'success' && status === 'UPDATE_ROLLBACK_COMPLETE') return 'success'
  return /^(?:CREATE|IMPORT|UPDATE)_IN_PROGRESS$/.test(status) ? 'running' : 'failure'
}
