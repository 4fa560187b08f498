import type { IncomingMessage } from 'node:http'

import { ContainerImageError } from '../../errors.ts'
import { type BearerChallenge, parseBearerChallenge } from './challenge.ts'

/** `push` tokens read too. */
export type Access = 'pull' | 'push'

/** Value of the Authorization header, or `undefined` for anonymous; `renew` asks for a fresh one. */
export type Authorization = (renew: boolean) => Promise<string | undefined>

export interface Authorizer {
  header(access: Access): Promise<string | undefined>
  /** After a refusal of `used`: whether it is worth trying once more. `round` counts from 1. */
  renew(
    access: Access,
    used: string | undefined,
    answer: Pick<IncomingMessage, 'statusCode' | 'headers'>,
    round: number,
  ): Promise<boolean>
}

/** Credentials as they are, or the Bearer tokens they buy; concurrent refusals renew once. */
export function openAuthorizer(
  authorization: Authorization | undefined,
  fetchToken: (
    challenge: BearerChallenge,
    access: Access,
    credentials: string | undefined,
  ) => Promise<string>,
): Authorizer {
  const nothing = Promise.resolve(undefined)
  const tokens = new Map<Access, Promise<string>>()
  let credentials: Promise<string | undefined> | undefined
  let renewed403 = false

  const current = (access: Access): Promise<string | undefined> => {
    const token = tokens.get('push') ?? tokens.get(access)
    return token ?? (credentials ??= authorization?.(false) ?? nothing)
  }
  const renewCredentials = (): void => {
    credentials = authorization?.(true) ?? nothing
  }
  const buyWithFresh = async (challenge: BearerChallenge, access: Access): Promise<string> => {
    const known = await (credentials ??= authorization?.(false) ?? nothing)
    return fetchToken(challenge, access, known).catch(async (error: unknown) => {
      // The credentials may be what is too old.
      const denied = error instanceof ContainerImageError && error.code === 'REGISTRY_DENIED'
      if (denied && authorization !== undefined) renewCredentials()
      const fresh = await credentials
      if (fresh === known) throw error
      return fetchToken(challenge, access, fresh)
    })
  }
  const buy = (challenge: BearerChallenge, access: Access): Promise<string> => {
    const token = buyWithFresh(challenge, access)
    // Whatever token was used, it is the one that was refused.
    tokens.delete('push')
    tokens.set(access, token)
    // A failure is told to whoever waits for it now, and is not kept for the next.
    token.catch(() => tokens.get(access) === token && tokens.delete(access))
    return token
  }

  return {
    header: current,
    renew: async (access, used, answer, round) => {
      const before = current(access)
      if ((await before) !== used || current(access) !== before) return round < 3
      const challenge = parseBearerChallenge(answer.headers['www-authenticate'])
      if (challenge !== undefined && round === 1) {
        await buy(challenge, access)
        return true
      }
      if (authorization === undefined || round > (challenge === undefined ? 1 : 2)) return false
      // ECR answers an expired token with 403; so does a role that may not push.
      if (answer.statusCode === 403) {
        if (renewed403) return false
        renewed403 = true
      }
      const old = await credentials
      if (current(access) !== before) return true
      renewCredentials()
      if (challenge === undefined) return (await credentials) !== old
      await buy(challenge, access)
      return true
    },
  }
}
