import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { recordOf, textOf } from '../../core/basics/is-record.ts'

/** A package that the image has in another version than the app itself. */
export interface VersionDifference {
  readonly package: string
  readonly imageVersion: string
  readonly appVersion: string
}

/**
 * Compares an image's direct dependencies with what `node_modules` of the app has: in the sandbox
 * the code runs on those, and types and bundles come from them.
 * @param appDirectory where the app's `node_modules` is; a package it lacks is no difference
 */
export async function findVersionDifferences(
  direct: Readonly<Record<string, string>>,
  appDirectory: string,
): Promise<VersionDifference[]> {
  const found = await Promise.all(
    Object.entries(direct).map(async ([name, imageVersion]) => {
      const appVersion = await versionIn(join(appDirectory, 'node_modules', name, 'package.json'))
      if (appVersion === undefined || appVersion === imageVersion) return []
      return [{ package: name, imageVersion, appVersion }]
    }),
  )
  return found.flat()
}

/** The version in a package.json; nothing where there is none. */
export async function versionIn(file: string): Promise<string | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(file, 'utf8'))
    return textOf(recordOf(manifest)['version'])
  } catch {
    return undefined
  }
}
