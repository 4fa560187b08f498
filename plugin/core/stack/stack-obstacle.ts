import type { Problem } from '../../errors.ts'
import { stackFate } from './stack-fate.ts'

/**
 * From these CloudFormation lets a stack be updated under conditions that it knows better: its
 * rollback was switched off.
 */
const undecided = new Set(['CREATE_FAILED', 'UPDATE_FAILED'])

/** Why no deploy can update the stack, and the way out; `undefined` when one can, or makes it. */
export function stackObstacle(name: string, status: string | undefined): Problem | undefined {
  const fate = stackFate(status)
  if (status === undefined || undecided.has(status)) return undefined
  if (fate === 'usable' || fate === 'gone') return undefined
  const message = `Stack ${name} is in ${status}, and CloudFormation refuses to update it. ${wayOut(name, status)}`
  return { code: 'STACK_NOT_UPDATABLE', message }
}

function wayOut(name: string, status: string): string {
  if (status === 'UPDATE_ROLLBACK_FAILED')
    return `Mend what its events name, let it finish with 'aws cloudformation continue-update-rollback --stack-name ${name}', then deploy again.`
  if (stackFate(status) === 'busy')
    return `Something else is at work on it: wait until it is done ('aws cloudformation describe-stacks --stack-name ${name}' shows it), then deploy again.`
  return `It can only be deleted: 'aws cloudformation delete-stack --stack-name ${name}', for a preview 'arc-images destroy'. Look at its tables and buckets first: what they hold goes with them. Then deploy again.`
}
