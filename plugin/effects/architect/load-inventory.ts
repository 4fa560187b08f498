import { inspect } from 'node:util'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { isRecord, recordOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import { awsError } from '../aws/aws-error.ts'
import type { AwsInventory } from '../aws/client.ts'
import { isSignInError, signInError, withoutEcho } from '../aws/sign-in-error.ts'

/** The stage that a template is generated for. */
export interface WantedStage {
  readonly name: 'staging' | 'production'
  /** Whether the variables that `arc env` has stored in AWS are read, as a deploy reads them. */
  readonly askAws: boolean
}

/**
 * The inventory of an app, by the Architect that the app itself deploys with.
 * @throws ContainerImageError ARCHITECT_MISSING, APP_UNREADABLE; where AWS is asked what it refuses, too
 */
export async function loadInventory(directory: string, stage?: WantedStage): Promise<AwsInventory> {
  const load = await architectInventory(directory)
  const wanted = stage && { deployStage: stage.name, env: stage.askAws }
  const inventory = await withoutEcho(() => load({ cwd: directory, ...wanted })).catch(
    async (error: unknown) => {
      throw await unreadable(error, directory)
    },
  )
  if (isInventory(inventory)) return inventory
  throw noManifest(directory)
}

/** What ends before any of ours begins: a mistake in app.arc, or AWS where variables are read. */
async function unreadable(error: unknown, directory: string): Promise<ContainerImageError> {
  if (isSignInError(error)) return await signInError(error, undefined)
  const { service } = recordOf(error)
  if (service === 'ssm')
    return awsError(error, { service, action: 'GetParametersByPath', resource: "'arc env'" })
  const seen = (error instanceof Error ? error.message : inspect(error)).trim()
  const advice = adviceFor(seen, directory)
  return new ContainerImageError('APP_UNREADABLE', `Architect says: ${seen}\n${advice}`, {
    cause: error,
  })
}

function adviceFor(seen: string, directory: string): string {
  if (seen.includes('unknown character "\uFEFF"'))
    return `app.arc begins with a byte-order mark, which Architect does not read. Save it as UTF-8 without one.`
  const plugin = /Cannot find plugin '([^']+)'/.exec(seen)?.[1]
  return plugin === undefined
    ? `Correct it: 'arc deploy' in ${directory} ends with the same.`
    : `Run 'npm install --save-dev ${plugin}' if it is a package, or correct its line under @plugins.`
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
