import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { isRecord, recordOf, textOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A login at one registry. */
export interface RegistryLogin {
  readonly registry: string
  /** base64 of `user:password`, as in a Basic header. */
  readonly auth: string
}

/**
 * A DOCKER_CONFIG of our own: all of the user's (plugins, contexts, builders, logins and helpers for
 * other registries) and one login more, which neither the user's file nor a keychain ever sees.
 * @returns the variables that docker is to be started with
 * @throws ContainerImageError DOCKER_CONFIG_INVALID
 */
export async function writeDockerConfig(
  folder: string,
  login: RegistryLogin | undefined,
  environment: Environment,
): Promise<Record<string, string>> {
  const own = userFolder(environment)
  const config = await readDockerConfig(join(own, 'config.json'))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const entries = await readdir(own, { withFileTypes: true }).catch(() => [])
  await Promise.all(
    entries
      .filter(({ name }) => name !== 'config.json')
      .map(({ name }) => symlink(join(own, name), join(folder, name), 'junction')),
  )
  const text = JSON.stringify(login === undefined ? config : withLogin(config, login))
  await writeFile(join(folder, 'config.json'), text, { mode: 0o600 })
  return {
    DOCKER_CONFIG: folder,
    // Builders that are made or used meanwhile stay the user's.
    BUILDX_CONFIG: environment['BUILDX_CONFIG'] || join(own, 'buildx'),
  }
}

/** An empty helper is how docker is told to look into the file for one registry. */
function withLogin(
  config: Readonly<Record<string, unknown>>,
  { registry, auth }: RegistryLogin,
): Record<string, unknown> {
  const { auths, credHelpers } = config
  return {
    ...config,
    auths: { ...recordOf(auths), [registry]: { auth } },
    credHelpers: { ...recordOf(credHelpers), [registry]: '' },
  }
}

/** Where docker itself looks. */
export function userFolder(environment: Environment): string {
  const home = environment['HOME'] || environment['USERPROFILE'] || homedir()
  return environment['DOCKER_CONFIG'] || join(home, '.docker')
}

/** @throws ContainerImageError DOCKER_CONFIG_INVALID; a file that is not there is empty */
export async function readDockerConfig(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = textOf(recordOf(error)['code']) ?? String(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    // Without it the build would miss every login, and fail in words that name another reason.
    throw new ContainerImageError(
      'DOCKER_CONFIG_INVALID',
      `${file} cannot be read: ${code}. Let this user read it, or name another folder in DOCKER_CONFIG.`,
      { cause: error },
    )
  })
  if (text.trim() === '') return {}
  try {
    const config: unknown = JSON.parse(text)
    if (isRecord(config)) return config
  } catch {
    // Said below; the parser's own words may quote a login.
  }
  throw new ContainerImageError(
    'DOCKER_CONFIG_INVALID',
    `${file} is not a JSON object, so docker would not read it either. Correct it.`,
  )
}
