import { join } from 'node:path'

import { recordOf, textOf } from '../../core/basics/is-record.ts'
import { readDockerConfig, userFolder } from './user-docker-config.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Docker Hub's name in docker's own files. */
const hub = 'https://index.docker.io/v1/'

/**
 * The login that docker itself would use at a registry, as the value of an Authorization header:
 * of the helper for this registry or for all, else of the file.
 * @throws ContainerImageError DOCKER_CONFIG_INVALID
 */
export async function dockerLogin(
  registry: string,
  environment: Environment,
): Promise<string | undefined> {
  const config = await readDockerConfig(join(userFolder(environment), 'config.json'))
  const names = registry === 'docker.io' ? [hub] : [registry, `https://${registry}`]
  for (const name of names) {
    const helper = textOf(recordOf(config['credHelpers'])[name]) ?? textOf(config['credsStore'])
    const stored = helper ? await askHelper(helper, name, environment) : undefined
    const login = stored ?? loginIn(recordOf(recordOf(config['auths'])[name]))
    if (login !== undefined) return login
  }
  return undefined
}

function loginIn(entry: Readonly<Record<string, unknown>>): string | undefined {
  const { auth, username, password } = entry
  if (typeof auth === 'string' && auth !== '') return `Basic ${auth}`
  return typeof username === 'string' && typeof password === 'string'
    ? basic(username, password)
    : undefined
}

/** The protocol of docker's credential helpers: the name of a registry in, JSON out. */
async function askHelper(
  helper: string,
  registry: string,
  environment: Environment,
): Promise<string | undefined> {
  const { execa } = await import('execa')
  const result = await execa(`docker-credential-${helper}`, ['get'], {
    input: registry,
    env: environment,
    extendEnv: false,
    reject: false,
    timeout: 30_000,
  })
  if (result.failed) return undefined
  const { Username: user, Secret: secret } = recordOf(parseJson(result.stdout))
  // An identity token can only be exchanged for another one, which no base was seen to need.
  if (typeof user !== 'string' || typeof secret !== 'string' || user === '<token>') return undefined
  return basic(user, secret)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function basic(user: string, secret: string): string {
  return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
}
