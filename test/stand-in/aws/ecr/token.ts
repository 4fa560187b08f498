import { randomBytes } from 'node:crypto'

import type { Context } from '../context.ts'

const twelveHours = 12 * 60 * 60 * 1000

export const tokenActions = {
  GetAuthorizationToken(_input: object, { state, account, region, now }: Context): object {
    const password = randomBytes(48).toString('base64url')
    const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64')
    const expires = now() + twelveHours
    state.tokens[authorizationToken] = expires
    const proxyEndpoint = `https://${account}.dkr.ecr.${region}.amazonaws.com`
    return { authorizationData: [{ authorizationToken, expiresAt: expires / 1000, proxyEndpoint }] }
  },
}

/** How the registry sees an Authorization header: only a token that ECR gave out and is not over. */
export function judgeToken(
  authorization: string | undefined,
  { state, now }: Pick<Context, 'state' | 'now'>,
): 'ok' | 'expired' | 'unknown' {
  const token = /^Basic (\S+)$/.exec(authorization ?? '')?.[1] ?? ''
  const ends = state.tokens[token]
  if (ends === undefined) return 'unknown'
  return ends > now() ? 'ok' : 'expired'
}
