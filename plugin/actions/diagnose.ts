import { type Cause, causeOf, type Diagnosis } from '../core/events/diagnosis.ts'
import { functionFault } from '../core/events/function-state.ts'
import { lastOperation } from '../core/events/last-operation.ts'
import type { StackEvent } from '../core/events/stack-event.ts'
import { ContainerImageError } from '../errors.ts'
import type { DiagnosePorts } from '../ports/diagnose.ts'

export interface DiagnoseOptions {
  /** Or its ARN. */
  readonly stackName: string
  /** Only an operation that began after this (milliseconds, by AWS's clock). */
  readonly since?: number
}

/** A stack in a stack in a stack. */
const deepest = 3

/**
 * What became of the last operation on a stack, why, and which functions are deployed and not
 * Active. What AWS denies is a note, as far as there is something else to tell.
 * @throws ContainerImageError AWS_CREDENTIALS_REFUSED, AWS_DENIED, AWS_FAILED
 */
export async function diagnoseStack(
  { stackName, since = 0 }: DiagnoseOptions,
  ports: DiagnosePorts,
): Promise<Diagnosis> {
  const stack = await ports.findStack(stackName)
  const nothing = { causes: [], rollbackCauses: [], functions: [], looked: 0, notes: [] }
  if (stack === undefined) return { stackName, ...nothing }
  const [events, names, states] = await Promise.all([
    ports.lastEvents(stack.id),
    ports.appNames(stack.id),
    ports.functionStates(stack).catch((error: unknown) => noteOf(error)),
  ])
  const last = lastOperation(events)
  const operation = last !== undefined && last.started > since ? last : undefined
  const faults =
    typeof states !== 'string' ? states.flatMap((state) => functionFault(state) ?? []) : []
  const causes = await causesOf(operation?.causes ?? [], names, ports)
  const hidden = causes.some(({ reason }) => reason.includes('DescribeEvents'))
  const blind = hidden ? ports.blind() : undefined
  return {
    stackName: stack.name,
    status: stack.status,
    ...(operation !== undefined && {
      operation: {
        kind: operation.kind,
        started: operation.started,
        outcome: operation.outcome,
      },
    }),
    causes,
    rollbackCauses: await causesOf(operation?.rollbackCauses ?? [], names, ports),
    functions: faults.map((fault) => {
      const name = names.get(fault.logicalId)
      return name === undefined ? fault : { ...fault, name }
    }),
    looked: typeof states === 'string' ? 0 : states.length,
    notes: [
      ...(typeof states !== 'string' ? [] : [`What Lambda says is not known: ${states}`]),
      ...(blind === undefined ? [] : [`What the validation found is not known: ${blind}`]),
    ],
  }
}

/** Of a stack in the stack its own causes, as far as they can be read. */
async function causesOf(
  events: readonly StackEvent[],
  names: ReadonlyMap<string, string>,
  ports: DiagnosePorts,
  depth = 0,
): Promise<readonly Cause[]> {
  const causes = events.map(async (event) => {
    const own = causeOf(event, names)
    const isNested = event.type === 'AWS::CloudFormation::Stack' && event.physicalId !== ''
    if (event.kind === 'stack' || !isNested || depth === deepest) return [own]
    const inner = await ports.lastEvents(event.physicalId).catch(() => [])
    const found = lastOperation(inner)?.causes ?? []
    const nested = await causesOf(found, names, ports, depth + 1)
    const prefix = `${event.logicalId}/`
    return [...nested.map((cause) => ({ ...cause, logicalId: prefix + cause.logicalId })), own]
  })
  return (await Promise.all(causes)).flat()
}

function noteOf(error: unknown): string {
  if (error instanceof ContainerImageError && error.code === 'AWS_DENIED') return error.message
  throw error
}
