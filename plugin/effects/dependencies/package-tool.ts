import { delimiter, join } from 'node:path'

import { brokeOff } from '../../core/dependencies/fetch-attempt.ts'
import { compareVersions } from '../../core/natives/binary.ts'
import { ContainerImageError } from '../../errors.ts'
import { explainFailure } from './explain-failure.ts'
import { learnFolderSecrets, learnUserSecrets } from '../secrets/learn-from-files.ts'
import { runTool } from './run-tool.ts'
import { toolEnvironment } from './tool-environment.ts'
import type { PackageManager } from '../../core/model.ts'

/** A package manager that can install for another platform. */
export interface PackageTool {
  readonly name: PackageManager
  /** Set when the one on PATH was too old or missing. */
  readonly note?: string
  /** @throws ContainerImageError DEPENDENCIES_INSTALL_FAILED */
  run(
    args: readonly string[],
    options: {
      readonly cwd: string
      readonly image: string
      /** Told when a registry does not answer and is asked again. */
      readonly onTrouble?: (text: string) => void
    },
  ): Promise<void>
}

/** The first versions that take `--cpu`, `--os` and `--libc` and fail where they must. */
const oldest = { npm: '11', pnpm: '10.14' }
/** pnpm would else fetch the version that a `packageManager` field somewhere above names. */
const own = {
  npm: { NO_COLOR: '1' },
  pnpm: { NO_COLOR: '1', npm_config_manage_package_manager_versions: 'false' },
}
const fallback = { npm: 'npm@11', pnpm: 'pnpm@10' }

/**
 * Finds npm or pnpm on PATH, or has npx fetch a version that is new enough.
 * @throws ContainerImageError DEPENDENCIES_TOOL_MISSING
 */
export async function findPackageTool(
  name: PackageManager,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<PackageTool> {
  const env = { ...toolEnvironment(environment), ...own[name] }
  const found = await versionOf(name, env)
  if (found !== undefined && compareVersions(found, oldest[name]) >= 0) {
    return { name, run: runner(name, name, env) }
  }
  const seen = found === undefined ? `${name} is not on PATH` : `${name} ${found} is too old`
  const fetched = await fetchTool(name, env)
  if (fetched === undefined) {
    throw new ContainerImageError(
      'DEPENDENCIES_TOOL_MISSING',
      `${seen}, and npx could not fetch ${fallback[name]}. Installing for another platform needs ` +
        `${name} ${oldest[name]} or newer: install it.`,
    )
  }
  return {
    name,
    note: `${seen}; used ${fallback[name]} through npx`,
    run: runner(name, fetched, env),
  }
}

/**
 * The program's path in npx's own cache. It is not run through npx itself, which would ask the
 * registry of the image's `.npmrc` for it.
 */
async function fetchTool(
  name: PackageManager,
  env: Record<string, string>,
): Promise<string | undefined> {
  const args = ['--yes', `--package=${fallback[name]}`, '--', 'node', '-p', 'process.env.PATH']
  const { execa } = await import('execa')
  const result = await execa('npx', args, { env, extendEnv: false, reject: false, stdin: 'ignore' })
  const [folder] = result.failed ? [] : result.stdout.trim().split(delimiter)
  const program = folder === undefined ? undefined : join(folder, name)
  return program !== undefined && (await versionOf(program, env)) ? program : undefined
}

async function versionOf(
  program: string,
  env: Record<string, string>,
): Promise<string | undefined> {
  const { execa } = await import('execa')
  const result = await execa(program, ['--version'], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  })
  const version = /^\d+(?:\.\d+)*/.exec(result.stdout.trim())?.[0]
  return result.failed ? undefined : version
}

function runner(
  name: PackageManager,
  program: string,
  env: Record<string, string>,
): PackageTool['run'] {
  return async (args, { cwd, image, onTrouble = () => undefined }) => {
    learnUserSecrets(env)
    learnFolderSecrets([cwd], env)
    const run = () => runTool(program, args, { cwd, env, onTrouble })
    let { failed, output, ended } = await run()
    if (failed && brokeOff(output)) {
      onTrouble('a tarball broke off, asking again')
      ;({ failed, output, ended } = await run())
    }
    if (failed) throw explainFailure({ name, image, args, output, ended })
  }
}
