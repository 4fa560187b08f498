import { createRequire } from 'node:module'
import { join } from 'node:path'

import { isRecord } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import type { AwsInventory } from '../aws/client.ts'

/** Reads the environment variables of a stage too, as a deploy does. */
export interface StageOptions {
  readonly deployStage: 'staging' | 'production'
  readonly env: true
}

/** The inventory of an app, by the Architect that the app itself deploys with. */
export async function loadInventory(
  directory: string,
  stage?: StageOptions,
): Promise<AwsInventory> {
  const load = await architectInventory(directory)
  const inventory: unknown = await load({ cwd: directory, ...stage })
  if (isInventory(inventory)) return inventory
  throw new ContainerImageError(
    'ARCHITECT_MISSING',
    `Architect read no inventory from ${directory}. Run this in the folder of app.arc.`,
  )
}

type Load = (options: { cwd: string } & Partial<StageOptions>) => Promise<unknown>

async function architectInventory(directory: string): Promise<Load> {
  try {
    const architect = createRequire(join(directory, 'package.json')).resolve(
      '@architect/architect/package.json',
    )
    return createRequire(architect)('@architect/inventory')
  } catch (cause) {
    throw new ContainerImageError(
      'ARCHITECT_MISSING',
      `No @architect/architect is installed for ${directory}. Run 'npm ci' in the folder of app.arc first.`,
      { cause },
    )
  }
}

function isInventory(value: unknown): value is AwsInventory {
  return isRecord(value) && isRecord(value['inv']) && isRecord(value['inv']['aws'])
}
