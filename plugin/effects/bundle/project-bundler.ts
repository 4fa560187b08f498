import { resolve } from 'node:path'
import type { BuildOptions } from 'esbuild'

import type { ArchitectApp } from '../../core/arc/architect-app.ts'
import { isRecord, recordOf } from '../../core/basics/is-record.ts'
import { type Bundler, createBundler } from './create-bundler.ts'
import { createHydrator } from '../functions/hydrate.ts'
import { staticManifest } from '../functions/static-manifest.ts'

interface ProjectBundlerOptions {
  readonly app: ArchitectApp
  /** Architect's own, for the parts of Architect that want it back. */
  readonly inventory: unknown
  /** The shell's variables, for `define`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** False when the user has installed everything: `arc deploy --no-hydrate`. */
  readonly hydrate?: boolean
  /** The user's own options, see `readEsbuildConfig`. */
  readonly esbuildConfig: BuildOptions
  readonly cacheDirectory?: string
}

/** The bundler of an Architect app, as its inventory describes it. */
export function createProjectBundler(options: ProjectBundlerOptions): Bundler {
  const { app, inventory, esbuildConfig, cacheDirectory } = options
  const inv = recordOf(recordOf(inventory)['inv'])
  const shared = sourceOf(inv['shared'], app.directory)
  const views = sourceOf(inv['views'], app.directory)
  return createBundler({
    appDirectory: app.directory,
    folders: { ...(shared && { shared }), ...(views && { views }) },
    esbuildConfig,
    shell: options.environment,
    staticManifest: async () => await staticManifest(inventory),
    ...(cacheDirectory !== undefined && { cacheDirectory }),
    ...(options.hydrate === false ? {} : { hydrate: createHydrator(inventory, app.directory) }),
  })
}

function sourceOf(setting: unknown, directory: string): string | undefined {
  const source = isRecord(setting) ? setting['src'] : undefined
  return typeof source === 'string' ? resolve(directory, source) : undefined
}
