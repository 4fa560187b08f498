import type { FaultGroup, FaultRow } from './fault-row.ts'

/** Each state from which CloudFormation takes no update, to the way out of it. */
const states: Readonly<Record<string, RegExp>> = {
  CREATE_IN_PROGRESS: /wait until it is done/,
  DELETE_FAILED: /It can only be deleted: .*aws cloudformation delete-stack/,
  DELETE_IN_PROGRESS: /wait until it is done/,
  IMPORT_ROLLBACK_FAILED: /It can only be deleted/,
  REVIEW_IN_PROGRESS: /It can only be deleted/,
  ROLLBACK_COMPLETE: /It can only be deleted/,
  ROLLBACK_FAILED: /It can only be deleted/,
  ROLLBACK_IN_PROGRESS: /wait until it is done/,
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: /wait until it is done/,
  UPDATE_IN_PROGRESS: /wait until it is done/,
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: /wait until it is done/,
  UPDATE_ROLLBACK_FAILED: /aws cloudformation continue-update-rollback/,
  UPDATE_ROLLBACK_IN_PROGRESS: /wait until it is done/,
}

function inState(state: string, says: RegExp): FaultRow {
  return {
    name: `a stack in ${state}`,
    end: { codes: ['STACK_NOT_UPDATABLE'], says },
    inject({ aws }) {
      const stack = aws.stack('GreeterStaging')
      if (stack === undefined) throw new Error('nothing was deployed')
      const { status } = stack
      stack.status = state
      return { undo: () => Object.assign(stack, { status }) }
    },
  }
}

export const stackGroups: readonly FaultGroup[] = [
  {
    name: 'a stack that cannot be updated',
    rows: Object.entries(states).map(([state, says]) => inState(state, says)),
  },
]
