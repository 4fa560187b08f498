import type { IncomingMessage } from 'node:http'

import { type Authorization, openAuthorizer } from './authorizer.ts'
import { fetchToken } from './fetch-token.ts'
import { type HttpRequest, exchange } from './exchange.ts'
import { failureOf } from './failure.ts'
import { requireSafe } from './origin-of.ts'
import type { TransferLimits } from './transfer-limits.ts'
import { spend } from './spend.ts'

const maximumRedirects = 5
const redirects = new Set([301, 302, 303, 307, 308])

export interface SessionRequest {
  readonly method: HttpRequest['method']
  readonly url: URL
  /** Any other status is thrown. */
  readonly expect: readonly number[]
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: NonNullable<HttpRequest['body']>
}

/** One attempt, with authorization and redirects; throws what `failureOf` makes of the rest. */
export type Session = (request: SessionRequest) => Promise<{ answer: IncomingMessage; url: URL }>

/** Sends requests about one repository to its registry. */
export function openSession(setup: {
  readonly origin: URL
  readonly repository: string
  readonly authorization: Authorization | undefined
  readonly idleTimeout: number
  readonly limits: TransferLimits
}): Session {
  const { origin, repository, authorization, idleTimeout, limits } = setup
  const authorizer = openAuthorizer(authorization, (challenge, access, credentials) =>
    fetchToken({
      challenge,
      registry: origin,
      repository,
      access,
      credentials,
      idleTimeout,
      limits,
    }),
  )
  return async ({ method, url: first, expect, headers, body }) => {
    const reads = method === 'GET' || method === 'HEAD'
    const access = reads ? 'pull' : 'push'
    let url = requireSafe(first, origin)
    let hops = 0
    for (let round = 1; ;) {
      // Credentials are for the registry alone: a redirect's target is signed, or not for us.
      const own = url.origin === origin.origin
      const authorized = own ? await authorizer.header(access) : undefined
      const answer = await exchange({
        method,
        url,
        idleTimeout,
        limits,
        headers: { ...headers, ...(authorized !== undefined && { Authorization: authorized }) },
        ...(body !== undefined && { body }),
      })
      const status = answer.statusCode ?? 0
      if (expect.includes(status)) return { answer, url }
      const target = redirects.has(status) ? targetOf(answer, url) : undefined
      if (reads && target !== undefined && hops++ < maximumRedirects) {
        await spend(answer)
        url = requireSafe(target, url)
        continue
      }
      if (own && (status === 401 || status === 403)) {
        if (await authorizer.renew(access, authorized, answer, round++)) {
          await spend(answer)
          continue
        }
      }
      throw await failureOf(method, url, answer, authorized)
    }
  }
}

function targetOf({ headers: { location } }: IncomingMessage, from: URL): URL | undefined {
  return location !== undefined && URL.canParse(location, from.href)
    ? new URL(location, from)
    : undefined
}
