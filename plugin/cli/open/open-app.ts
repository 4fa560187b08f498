import utils from '@architect/utils'

import { type ArchitectApp, parseInventory } from '../../core/arc/architect-app.ts'
import { parsePragmas } from '../../core/arc/pragma.ts'
import type { AppSettings } from '../../core/model.ts'
import { setupError } from '../../core/setup-error.ts'
import { stackNameOf } from '../../core/stack/stack-name.ts'
import { loadInventory, type WantedStage } from '../../effects/architect/load-inventory.ts'
import { type Aws, type AwsInventory, openAws } from '../../effects/aws/client.ts'
import { ContainerImageError } from '../../errors.ts'
import { keepStdout } from '../print/keep-stdout.ts'

/** What a command has of `stackOptions`. */
export interface StackFlags {
  readonly name?: string | undefined
  readonly production?: boolean | undefined
  readonly stack?: string | undefined
}

/** The app of the working directory, and AWS as its deploy would reach it. */
export interface OpenApp {
  readonly app: ArchitectApp
  readonly inventory: AwsInventory
  /** @throws ContainerImageError AWS_CREDENTIALS_MISSING, AWS_REGION_MISSING */
  readonly aws: () => Promise<Aws>
  /**
   * What `@images` says.
   * @throws ContainerImageError SETUP_INVALID with every mistake in both pragmas, as a deploy does
   */
  readonly settings: () => AppSettings
  /**
   * The stack that the flags name; the app's staging stack when they name none.
   * @throws ContainerImageError COMMAND_INVALID for flags that contradict each other
   */
  readonly stackOf: (flags: StackFlags) => string
}

/** @param stage absent for commands that need no template */
export async function openApp(directory: string, stage?: WantedStage): Promise<OpenApp> {
  // Plugins of the app may print while Architect loads them; stdout is for the answer.
  return await keepStdout(async () => {
    const inventory = await loadInventory(directory, stage)
    const app = parseInventory(inventory)
    return {
      app,
      inventory,
      aws: () => openAws({ inventory }),
      settings: () => settingsOf(app),
      stackOf: (flags) => stackOf(flags, app),
    }
  })
}

function settingsOf(app: ArchitectApp): AppSettings {
  const { settings, problems } = parsePragmas(app)
  if (problems.length > 0) throw setupError(problems)
  return settings
}

function stackOf({ name, production, stack }: StackFlags, app: ArchitectApp): string {
  if (stack !== undefined && (name !== undefined || production === true))
    throw new ContainerImageError(
      'COMMAND_INVALID',
      '--stack is the full name of a stack; give it without --name and --production.',
    )
  const stage = production ? 'production' : 'staging'
  const naming = { app: app.name, stage, ...(name !== undefined && { name }) } as const
  return stack ?? stackNameOf(naming, (text) => utils.toLogicalID(text))
}
