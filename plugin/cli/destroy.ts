import { destroyStack, type DestroyResult } from '../actions/destroy.ts'
import type { Console } from '../effects/architect/console.ts'
import { createDestroyPorts } from '../effects/destroy-ports.ts'
import { openApp } from './open/open-app.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { usages } from './usages.ts'

const endings: Readonly<Record<DestroyResult, string>> = {
  absent: 'There is no stack',
  deleted: 'Deleted stack',
  kept: 'Can be updated, so it stays: stack',
}

/**
 * `arc-images destroy --name PR5 [--only-stuck]`. Unlike `arc destroy --name`, it leaves alone the
 * deployment bucket, which all stacks of an app share, and takes stacks in any state.
 * @throws ContainerImageError COMMAND_INVALID, STACK_BUSY, STACK_NOT_DELETED
 */
export async function destroy(args: readonly string[], console: Console): Promise<void> {
  const { values } = parseCommand('destroy', usages.destroy, args)
  const { name, 'only-stuck': onlyStuck = false } = values
  if (name === undefined || !/^[a-zA-Z][a-zA-Z0-9-]*$/.test(name))
    throw commandInvalid(
      'destroy',
      "needs --name with letters, digits and '-', so that it never takes the app's own stack.",
    )
  const { aws, stackOf } = await openApp(process.cwd())
  const stackName = stackOf({ name })
  const say = (message: string): void => console.status(message)
  const ports = createDestroyPorts({ aws: await aws(), say })
  const result = await destroyStack({ stackName, onlyStuck }, ports)
  console.done(`${endings[result]} ${stackName}`)
}
