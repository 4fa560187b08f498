import { oncePer } from '../../core/basics/once.ts'
import { isCaused } from '../../errors.ts'
import type { Aws } from '../aws/client.ts'
import { createEcrTokens } from '../ecr/ecr-token.ts'
import type { Authorization } from '../registry/authorizer.ts'
import { dockerLogin } from './docker-login.ts'

const privateEcr =
  /^\d{12}\.dkr(?:\.ecr|-ecr)(?:-fips)?\.([a-z]{2,}(?:-[a-z0-9]+)+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/

/** The region of a private registry of ECR, of whatever account. */
export function regionOfEcr(registry: string): string | undefined {
  return privateEcr.exec(registry)?.[1]
}

/**
 * Credentials for the registries of bases: at ECR those that deploy, everywhere else docker's own
 * logins, which are for ECR too where there are no others. Nothing is asked before a registry is.
 */
export function openBaseCredentials(options: {
  readonly aws: (region: string) => Promise<Pick<Aws, 'ecr'>>
  readonly environment: Readonly<Record<string, string | undefined>>
}): (registry: string) => Authorization {
  const { aws, environment } = options
  const tokens = oncePer(
    async (region: string) => createEcrTokens(await aws(region)),
    (region) => region,
  )
  const login = oncePer(
    (registry: string) => dockerLogin(registry, environment),
    (registry) => registry,
  )
  return (registry) => async (renew) => {
    const region = regionOfEcr(registry)
    // A login there ends after twelve hours, and everybody may read without.
    if (region === undefined)
      return registry === 'public.ecr.aws' && !renew ? undefined : login(registry)
    try {
      return await (
        await tokens(region)
      )(renew)
    } catch (error) {
      const own = isCaused(error, 'AWS_CREDENTIALS_MISSING') ? await login(registry) : undefined
      if (own === undefined) throw error
      return own
    }
  }
}
