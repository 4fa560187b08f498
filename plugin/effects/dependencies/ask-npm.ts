import { ContainerImageError } from '../../errors.ts'
import { learnFolderSecrets } from '../secrets/learn-from-files.ts'
import { explainFailure } from './explain-failure.ts'
import { toolEnvironment } from './tool-environment.ts'

/** Where npm asks, and with which settings. */
export interface NpmPlace {
  /** Whose `.npmrc` counts, beside those of the user and of the machine. */
  readonly directory: string
  readonly image: string
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** Else npm asks the registry for its own newest version, too. */
const quiet = ['--json', '--workspaces=false', '--update-notifier=false']

/**
 * Has npm, of whatever version, print something as JSON; nothing is written.
 * @throws ContainerImageError DEPENDENCIES_TOOL_MISSING, DEPENDENCIES_INSTALL_FAILED
 */
export async function askNpm(args: readonly string[], place: NpmPlace): Promise<unknown> {
  learnFolderSecrets([place.directory], place.environment ?? process.env)
  const { execa } = await import('execa')
  const result = await execa('npm', [...args, ...quiet], {
    cwd: place.directory,
    env: { ...toolEnvironment(place.environment ?? process.env), NO_COLOR: '1' },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  })
  if (result.code === 'ENOENT')
    throw new ContainerImageError(
      'DEPENDENCIES_TOOL_MISSING',
      `npm is not on PATH, and 'npm ${args.join(' ')}' has to say how it is configured. Install it.`,
    )
  if (result.failed)
    throw explainFailure({
      name: 'npm',
      image: place.image,
      args,
      output: result.stderr,
      ended: result.shortMessage ?? '',
    })
  return JSON.parse(result.stdout)
}
