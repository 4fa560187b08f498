import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { AppFunction, ArchitectApp } from '../../core/arc/architect-app.ts'
import { formatFunction } from '../../core/arc/function-kinds.ts'
import { ContainerImageError } from '../../errors.ts'
import { readEsbuildConfig } from './esbuild-config.ts'

/**
 * Compiles a TypeScript function as `@architect/plugin-typescript` does, into the same file, but
 * leaves the packages of its image out, which the app need not have.
 * @param packages names of what is left to run time
 * @returns whether it is TypeScript: other languages are compiled by other plugins
 * @throws ContainerImageError BUNDLE_FAILED, ESBUILD_CONFIG_INVALID
 */
export async function compileForSandbox(
  app: Pick<ArchitectApp, 'arc' | 'directory'>,
  { pragma, name, source, handlerFile }: AppFunction,
  packages: readonly string[],
): Promise<boolean> {
  const entry = join(source, 'index.ts')
  if (handlerFile === undefined || !existsSync(entry)) return false
  const { build } = await import('esbuild')
  const { outdir: _, ...config } = await readEsbuildConfig(app.arc, app.directory)
  try {
    await build({
      ...config,
      absWorkingDir: app.directory,
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: handlerFile,
      external: [...(config.external ?? []), ...packages],
      sourcemap: 'linked',
      logLevel: 'silent',
    })
    return true
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause)
    const message = `'${formatFunction(pragma, name)}' could not be compiled for the sandbox: ${seen}`
    throw new ContainerImageError('BUNDLE_FAILED', message, { cause })
  }
}
