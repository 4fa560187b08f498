import { forgottenStacks } from '../core/stack/forgotten-stacks.ts'
import { ContainerImageError } from '../errors.ts'
import type { KnownStack, DestroyPorts } from '../ports/destroy.ts'
import { destroyStack } from './destroy.ts'

export interface SweepOptions {
  /** Name of a preview's stack without its number: `AgentMemoryStagingPR`. */
  readonly prefix: string
  /** Numbers of the pull requests that are open. */
  readonly open: ReadonlySet<number>
  readonly now: number
}

export interface SweepPorts extends DestroyPorts {
  /** Every stack of the region. */
  readonly listStacks: () => Promise<readonly KnownStack[]>
  readonly done: (message: string) => void
}

/**
 * Deletes the stacks of pull requests that are closed, and whose own teardown never ran or failed.
 * One that cannot be deleted does not keep the others.
 * @throws ContainerImageError STACK_NOT_DELETED with all that stayed
 */
export async function sweepStacks(
  { prefix, open, now }: SweepOptions,
  ports: SweepPorts,
): Promise<void> {
  const stacks = await ports.listStacks()
  const forgotten = forgottenStacks({ stacks, prefix, open, now })
  const failures: string[] = []
  for (const { name } of forgotten) {
    try {
      await destroyStack({ stackName: name }, ports)
      ports.done(`Deleted stack ${name}`)
    } catch (error) {
      if (!(error instanceof ContainerImageError)) throw error
      failures.push(error.message)
    }
  }
  if (forgotten.length === 0) ports.done(`No stack ${prefix}<number> is left behind`)
  if (failures.length > 0) throw new ContainerImageError('STACK_NOT_DELETED', failures.join('\n\n'))
}
