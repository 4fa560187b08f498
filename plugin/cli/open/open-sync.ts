import { join, sep } from 'node:path'

import utils from '@architect/utils'

import { type SyncOutcome, syncFunctions } from '../../actions/sync.ts'
import type { SyncSession } from '../../actions/watch-sync.ts'
import { parsePragmas } from '../../core/arc/pragma.ts'
import { recordOf, textOf } from '../../core/basics/is-record.ts'
import { environmentOf } from '../../core/stack/environment.ts'
import { productionProblem } from '../../core/sync/sync-obstacle.ts'
import type { Aws } from '../../effects/aws/client.ts'
import { findLogGroups, type LoggingFunction } from '../../effects/logs/find-log-groups.ts'
import { createSyncPorts } from '../../effects/sync-ports.ts'
import { ContainerImageError } from '../../errors.ts'
import { keepStdout } from '../print/keep-stdout.ts'
import type { StackFlags } from './open-app.ts'
import { openDeploy } from './open-deploy.ts'

/** An opened app and stack for `sync`. */
export interface OpenedSync extends SyncSession<SyncOutcome> {
  readonly stackName: string
  /** Where the functions in images log. */
  readonly logs: () => Promise<{
    readonly aws: Aws
    readonly functions: readonly LoggingFunction[]
  }>
}

/**
 * Opens the app of a folder to be synced with a stack: its template as the next deploy would make
 * it, and a view of stack and registry that is good until one of them changes.
 */
export async function openSync(directory: string, flags: StackFlags): Promise<OpenedSync> {
  if (flags.production === true) throw production('It')
  const { stackName, aws, withTemplate } = await openDeploy(directory, flags)
  return await withTemplate(async ({ context, whole, ...made }) => {
    const { app, inventory } = context
    if (environmentOf(stackName, app.name, toLogicalId) === 'production')
      throw production(stackName)
    const next = { ...made, whole: await whole() }
    const { ports, inputs } = createSyncPorts(context)
    const compiled = app.functions.some(({ transpiled }) => transpiled)
    return {
      stackName,
      async logs() {
        const { requests } = parsePragmas(app)
        const inImages = app.functions.filter(({ pragma, name }) =>
          requests.some((one) => one.pragma === pragma && one.name === name),
        )
        const opened = await aws()
        return { aws: opened, functions: await findLogGroups(opened, stackName, inImages) }
      },
      run: () => keepStdout(() => syncFunctions(app, next, ports)),
      sources: () => [
        ...app.functions.map(({ source }) => source),
        ...sharedFolders(inventory),
        join(directory, 'docker'),
        ...inputs().filter((file) => !file.split(sep).includes('node_modules')),
      ],
      // What a plugin compiles, and what app.arc says, is in the template.
      isOutdatedBy: (paths) => compiled || [...paths].some((path) => inTemplate.test(path)),
    }
  })
}

const inTemplate = /(?:\.arc|[\\/]arc\.\w+|[\\/]package\.json|[\\/]\.env)$/

/** Known before anything is asked of AWS; a stack of another name tells by its template. */
function production(stackName: string): ContainerImageError {
  const { code, message } = productionProblem(stackName)
  return new ContainerImageError(code, message)
}

function toLogicalId(name: string): string {
  return utils.toLogicalID(name)
}

function sharedFolders(inventory: unknown): readonly string[] {
  const inv = recordOf(recordOf(inventory)['inv'])
  return ['shared', 'views'].flatMap((name) => textOf(recordOf(inv[name])['src']) ?? [])
}
