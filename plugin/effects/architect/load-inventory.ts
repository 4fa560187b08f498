import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { isRecord, recordOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import type { AwsInventory } from '../aws/client.ts'

/**
 * The inventory of an app, by the Architect that the app itself deploys with.
 * @param environmentOf the stage whose environment variables are read, as a deploy reads them
 * @throws ContainerImageError ARCHITECT_MISSING
 */
export async function loadInventory(
  directory: string,
  environmentOf?: 'staging' | 'production',
): Promise<AwsInventory> {
  const load = await architectInventory(directory)
  const stage = environmentOf === undefined ? {} : { deployStage: environmentOf, env: true }
  const inventory: unknown = await load({ cwd: directory, ...stage })
  if (isInventory(inventory)) return inventory
  throw noManifest(directory)
}

type Load = (options: Readonly<Record<string, unknown>>) => Promise<unknown>

async function architectInventory(directory: string): Promise<Load> {
  try {
    const architect = createRequire(join(directory, 'package.json')).resolve(
      '@architect/architect/package.json',
    )
    return createRequire(architect)('@architect/inventory')
  } catch (cause) {
    if (!hasManifest(directory)) throw noManifest(directory)
    throw new ContainerImageError(
      'ARCHITECT_MISSING',
      `No @architect/architect is installed for ${directory}. Run 'npm ci' in the folder of app.arc first.`,
      { cause },
    )
  }
}

/** The manifests that Architect 12 reads (`@architect/inventory`, `src/read`). */
function hasManifest(directory: string): boolean {
  const names = ['app.arc', '.arc', 'arc.json', 'arc.yaml', 'arc.yml']
  if (names.some((name) => existsSync(join(directory, name)))) return true
  const file = join(directory, 'package.json')
  return existsSync(file) && /"(?:arc|architect)"\s*:/.test(readFileSync(file, 'utf8'))
}

function noManifest(directory: string): ContainerImageError {
  return new ContainerImageError(
    'ARCHITECT_MISSING',
    `Architect found no app.arc, arc.json or other manifest in ${directory}. Run this in the app's folder.`,
  )
}

/** Without a manifest Architect makes up an app, whose commands would all succeed and do nothing. */
function isInventory(value: unknown): value is AwsInventory {
  const inv = recordOf(recordOf(value)['inv'])
  return isRecord(inv['aws']) && typeof recordOf(inv['_project'])['manifest'] === 'string'
}
