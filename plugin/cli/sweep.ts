import { sweepStacks } from '../actions/sweep.ts'
import { parseNumbers } from '../core/stack/forgotten-stacks.ts'
import type { Console } from '../effects/architect/console.ts'
import { listStacks } from '../effects/stacks/stacks.ts'
import { createDestroyPorts } from '../effects/destroy-ports.ts'
import { openApp } from './open/open-app.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { usages } from './usages.ts'

/**
 * `arc-images sweep --open "5 7"`: deletes the stacks of pull requests that are closed and whose
 * own teardown never ran or failed.
 * @throws ContainerImageError COMMAND_INVALID, STACK_NOT_DELETED with all that stayed
 */
export async function sweep(args: readonly string[], console: Console): Promise<void> {
  const { values } = parseCommand('sweep', usages.sweep, args)
  const open = values.open === undefined ? undefined : parseNumbers(values.open)
  if (open === undefined || !/^[a-zA-Z]+$/.test(values.prefix))
    throw commandInvalid(
      'sweep',
      'needs --open with the numbers of the open pull requests ("" for none), and --prefix in letters.',
    )
  const { aws: openAws, stackOf } = await openApp(process.cwd())
  const aws = await openAws()
  await sweepStacks(
    { prefix: stackOf({ name: values.prefix }), open, now: Date.now() },
    {
      ...createDestroyPorts({ aws, say: (message) => console.status(message) }),
      listStacks: () => listStacks(aws),
      done: (message) => console.done(message),
    },
  )
}
