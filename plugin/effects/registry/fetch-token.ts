import { recordOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import { learnSecrets } from '../secrets/known-secrets.ts'
import type { Access } from './authorizer.ts'
import type { BearerChallenge } from './challenge.ts'
import { exchange } from './exchange.ts'
import { failureOf } from './failure.ts'
import { requireSafe } from './origin-of.ts'
import type { TransferLimits } from './transfer-limits.ts'
import { readAll } from './read-all.ts'

/**
 * Answers a Bearer challenge at the token endpoint that it names, anonymously or with Basic
 * credentials; these go to the registry's own origin only, whatever a challenge asks for. ECR never
 * asks for more.
 * @throws ContainerImageError REGISTRY_DENIED, REGISTRY_FAILED, REGISTRY_UNREACHABLE, REGISTRY_INSECURE
 */
export async function fetchToken(request: {
  readonly challenge: BearerChallenge
  readonly registry: URL
  readonly repository: string
  readonly access: Access
  readonly credentials: string | undefined
  readonly idleTimeout: number
  readonly limits: TransferLimits
}): Promise<string> {
  const { challenge, registry, repository, access, credentials, idleTimeout, limits } = request
  if (!URL.canParse(challenge.realm)) {
    throw failed(registry, `its Bearer challenge names no URL: '${challenge.realm}'`)
  }
  const url = requireSafe(new URL(challenge.realm), registry)
  const actions = access === 'pull' ? 'pull' : 'pull,push'
  if (challenge.service !== undefined) url.searchParams.set('service', challenge.service)
  url.searchParams.set('scope', challenge.scope ?? `repository:${repository}:${actions}`)
  const own = url.origin === registry.origin
  const basic = own && credentials?.startsWith('Basic ') === true ? credentials : undefined
  const headers = basic === undefined ? {} : { Authorization: basic }
  const answer = await exchange({ method: 'GET', url, headers, idleTimeout, limits })
  if (answer.statusCode !== 200) {
    const failure = await failureOf('GET', url, answer, basic)
    if (own || credentials === undefined) throw failure
    throw new ContainerImageError(
      failure.code,
      `${failure.message} It was asked without credentials: ${registry.origin} sends for a token to another origin, and its own credentials are not for that.`,
      { cause: failure },
    )
  }
  const body = recordOf(parse(await readAll(answer, 256 * 1024, 'GET', url)))
  const token = 'token' in body ? body['token'] : body['access_token']
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) {
    learnSecrets([token])
    return `Bearer ${token}`
  }
  throw failed(url, 'it answered without a token')
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function failed(url: URL, seen: string): ContainerImageError {
  return new ContainerImageError(
    'REGISTRY_FAILED',
    `${url.origin} cannot give a token: ${seen}. Check the registry's name.`,
  )
}
