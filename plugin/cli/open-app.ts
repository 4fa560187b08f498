import utils from '@architect/utils'

import { type ArchitectApp, parseInventory } from '../core/arc/architect-app.ts'
import type { AppSettings } from '../core/model.ts'
import { parsePragmas } from '../core/arc/pragma.ts'
import { setupError } from '../core/setup-error.ts'
import { stackNameOf } from '../core/stack/stack-name.ts'
import { type Aws, type AwsInventory, openAws } from '../effects/aws/client.ts'
import { loadInventory, type StageOptions } from '../effects/architect/load-inventory.ts'
import { ContainerImageError } from '../errors.ts'

/** Options that mean what they mean to `arc deploy`, and `--stack` for a stack's full name. */
export const stackOptions = {
  name: { type: 'string', short: 'n' },
  production: { type: 'boolean', short: 'p', default: false },
  stack: { type: 'string' },
} as const

export interface StackFlags {
  readonly name?: string | undefined
  readonly production: boolean
  readonly stack?: string | undefined
}

/** The app of the working directory with its settings, and AWS as its deploy would reach it. */
export interface OpenApp {
  readonly app: ArchitectApp
  readonly settings: AppSettings
  readonly inventory: AwsInventory
  readonly aws: Aws
}

/** @throws ContainerImageError SETUP_INVALID with every mistake in the settings, as a deploy does */
export async function openApp(directory: string, stage?: StageOptions): Promise<OpenApp> {
  const inventory = await loadInventory(directory, stage)
  const app = parseInventory(inventory)
  const { settings, problems } = parsePragmas(app)
  if (problems.length > 0) throw setupError(problems)
  return { app, settings, inventory, aws: await openAws({ inventory }) }
}

/** The stack that the options name; the app's staging stack when they name none. */
export function stackOf(flags: StackFlags, { name: app }: ArchitectApp): string {
  const { name, production, stack } = flags
  if (stack !== undefined && (name !== undefined || production))
    throw new ContainerImageError(
      'COMMAND_INVALID',
      '--stack is the full name of a stack; it stands without --name and --production.',
    )
  const stage = production ? 'production' : 'staging'
  const naming = { app, stage, ...(name !== undefined && { name }) } as const
  return stack ?? stackNameOf(naming, (text) => utils.toLogicalID(text))
}
