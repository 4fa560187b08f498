import { ContainerImageError } from '../../errors.ts'
import { decodedSecrets } from '../../core/secrets/decoded-secrets.ts'
import { learnSecrets } from '../secrets/known-secrets.ts'
import type { Aws } from '../aws/client.ts'

interface Token {
  readonly authorization: string
  /** Milliseconds. */
  readonly expires: number
}

const margin = 5 * 60 * 1000

/**
 * The Authorization header for ECR's registry: one call of AWS however many uploads ask at once,
 * another one shortly before the token ends or when the registry did not take it (`renew`).
 */
export function createEcrTokens(
  aws: Pick<Aws, 'ecr'>,
  now: () => number = Date.now,
): (renew: boolean) => Promise<string> {
  let token: Token | undefined
  let pending: Promise<Token> | undefined

  return async (renew) => {
    if (!renew && token !== undefined && isFresh(token, now())) return token.authorization
    pending ??= fetchToken(aws).finally(() => {
      pending = undefined
    })
    token = await pending
    return token.authorization
  }
}

/** A token that ends this soon is not begun with: one upload may take minutes. */
function isFresh(token: Token, now: number): boolean {
  return token.expires - margin > now
}

async function fetchToken(aws: Pick<Aws, 'ecr'>): Promise<Token> {
  const answer = await aws.ecr('GetAuthorizationToken', {}, 'the registry of the account')
  const [first]: unknown[] = Array.isArray(answer['authorizationData'])
    ? answer['authorizationData']
    : []
  const token: unknown = Reflect.get(Object(first), 'authorizationToken')
  const expires: unknown = Reflect.get(Object(first), 'expiresAt')
  if (typeof token !== 'string' || token === '' || typeof expires !== 'number')
    throw new ContainerImageError(
      'AWS_FAILED',
      'ecr:GetAuthorizationToken gave no token. Look at AWS_ENDPOINT_URL if it is set.',
    )
  learnSecrets(decodedSecrets(token))
  // The token is the base64 of `AWS:password` already, which is what HTTP Basic wants.
  return { authorization: `Basic ${token}`, expires: expires * 1000 }
}
