import type { ArchitectApp } from '../../core/architect-app.ts'
import type { Bundler } from '../../ports.ts'
import { createBundler } from './create-bundler.ts'
import { readEsbuildConfig } from './esbuild-config.ts'

/** The bundler of an Architect app, with all that the app says about its code. */
export async function createProjectBundler(setting: {
  readonly app: ArchitectApp
  readonly environment: Readonly<Record<string, string | undefined>>
}): Promise<Bundler> {
  const { app, environment } = setting
  return createBundler({
    appDirectory: app.directory,
    folders: {
      ...(app.shared === undefined ? {} : { shared: app.shared }),
      ...(app.views === undefined ? {} : { views: app.views }),
    },
    esbuildConfig: await readEsbuildConfig(app.arc, app.directory),
    shell: environment,
  })
}
