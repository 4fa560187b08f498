import { parseArgs } from 'node:util'

import { forgottenStacks, parseNumbers } from '../core/stack/forgotten-stacks.ts'
import { listStacks } from '../effects/aws/stacks.ts'
import type { Console } from '../effects/architect/console.ts'
import { createTeardownPorts } from '../effects/teardown-ports.ts'
import { ContainerImageError } from '../errors.ts'
import { tearDown } from '../teardown.ts'
import { openPreviewApp } from './preview-app.ts'

/**
 * `arc-images sweep --open "5 7"`: deletes the stacks of pull requests that are closed and whose
 * own teardown never ran or failed. One that cannot be deleted does not keep the others.
 * @throws ContainerImageError COMMAND_INVALID, STACK_NOT_DELETED with all that stayed
 */
export async function sweep(args: readonly string[], console: Console): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { open: { type: 'string' }, prefix: { type: 'string', default: 'PR' } },
  })
  const open = values.open === undefined ? undefined : parseNumbers(values.open)
  if (open === undefined || !/^[a-zA-Z]+$/.test(values.prefix))
    throw new ContainerImageError(
      'COMMAND_INVALID',
      `arc-images sweep needs --open with the numbers of the open pull requests ("" for none), and --prefix in letters.`,
    )
  const app = await openPreviewApp(process.cwd())
  const stacks = await listStacks(app.aws)
  const prefix = app.stackName(values.prefix)
  const forgotten = forgottenStacks({ stacks, prefix, open, now: Date.now() })
  const ports = createTeardownPorts({ aws: app.aws, say: (message) => console.status(message) })
  const failures: string[] = []
  for (const { name } of forgotten) {
    try {
      await tearDown({ stackName: name }, ports)
      console.done(`Deleted stack ${name}`)
    } catch (error) {
      if (!(error instanceof ContainerImageError)) throw error
      failures.push(error.message)
    }
  }
  if (forgotten.length === 0) console.done(`No stack ${prefix}<number> is left behind`)
  if (failures.length > 0) throw new ContainerImageError('STACK_NOT_DELETED', failures.join('\n\n'))
}
