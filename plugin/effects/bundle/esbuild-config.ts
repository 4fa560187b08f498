import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildOptions } from 'esbuild'

import { isRecord } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'

/**
 * The user's esbuild options, from the file that `@typescript esbuild-config` names, as
 * `@architect/plugin-typescript` reads it.
 * @param arc the parsed `app.arc`
 * @throws ContainerImageError ESBUILD_CONFIG_INVALID
 */
export async function readEsbuildConfig(
  arc: Readonly<Record<string, unknown>>,
  appDirectory: string,
): Promise<BuildOptions> {
  const path = configPath(arc['typescript'])
  if (path === undefined) return {}
  const file = join(appDirectory, path)
  const fault = (seen: string, cause?: unknown): ContainerImageError =>
    new ContainerImageError(
      'ESBUILD_CONFIG_INVALID',
      `'@typescript esbuild-config ${path}' ${seen}. Name a file that exports esbuild's options.`,
      { cause },
    )
  if (!existsSync(file)) throw fault('names a file that does not exist')
  let loaded: unknown
  try {
    loaded = await import(pathToFileURL(file).href)
  } catch (error) {
    throw fault(
      `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      error,
    )
  }
  const options = isRecord(loaded) && 'default' in loaded ? loaded['default'] : loaded
  // plugin-typescript spreads what is exported: of a function its own properties are the options.
  if (isRecord(options) || isFunctionWithProperties(options)) return { ...options }
  throw fault(
    `exports ${typeof options === 'function' ? 'a function without options' : typeof options}`,
  )
}

function isFunctionWithProperties(value: unknown): value is object {
  return typeof value === 'function' && Object.keys(value).length > 0
}

function configPath(typescript: unknown): string | undefined {
  if (!Array.isArray(typescript)) return undefined
  for (const setting of typescript) {
    if (!Array.isArray(setting) || setting[0] !== 'esbuild-config') continue
    if (typeof setting[1] === 'string') return setting[1]
  }
  return undefined
}
