import { parseArgs } from 'node:util'

import type { Console } from '../effects/architect/console.ts'
import { createTeardownPorts } from '../effects/teardown-ports.ts'
import { ContainerImageError } from '../errors.ts'
import { tearDown, type TeardownResult } from '../teardown.ts'
import { openPreviewApp } from './preview-app.ts'

const endings: Readonly<Record<TeardownResult, string>> = {
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
  const { values } = parseArgs({
    args: [...args],
    options: { name: { type: 'string' }, 'only-stuck': { type: 'boolean', default: false } },
  })
  const { name, 'only-stuck': onlyStuck } = values
  if (name === undefined || !/^[a-zA-Z][a-zA-Z0-9-]*$/.test(name))
    throw new ContainerImageError(
      'COMMAND_INVALID',
      "arc-images destroy needs --name with letters, digits and '-', so that it never takes the app's own stack.",
    )
  const app = await openPreviewApp(process.cwd())
  const stackName = app.stackName(name)
  const say = (message: string): void => console.status(message)
  const ports = createTeardownPorts({ aws: app.aws, say })
  const result = await tearDown({ stackName, onlyStuck }, ports)
  console.done(`${endings[result]} ${stackName}`)
}
