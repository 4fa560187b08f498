import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { recordOf } from '../../core/basics/is-record.ts'
import { readDockerConfig, userFolder } from '../base/user-docker-config.ts'

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
