import { type Finding, ok, stops } from '../../core/doctor/finding.ts'
import { createEcrTokens } from '../ecr/ecr-token.ts'
import type { Aws } from '../aws/client.ts'
import { exchange } from '../registry/exchange.ts'
import type { HostMap } from '../registry/host-map.ts'
import { originOf } from '../registry/origin-of.ts'
import { defaultLimits } from '../registry/transfer-limits.ts'

/** Milliseconds. */
const patience = 15_000

/**
 * Whether the account's registry takes its token, and AWS's public one answers at all.
 * @param host of the account's registry
 * @throws ContainerImageError REGISTRY_UNREACHABLE, AWS_DENIED
 */
export async function lookAtRegistries(
  aws: Pick<Aws, 'ecr'>,
  host: string,
  hostMap: HostMap,
): Promise<Finding> {
  const token = await createEcrTokens(aws)(false)
  const [own] = await Promise.all([
    statusOf(originOf(host, hostMap), { Authorization: token }),
    statusOf(originOf('public.ecr.aws', hostMap), {}),
  ])
  if (own !== 200)
    return stops(
      `${host} answered ${own} to the token that ECR gave for it. Look at a proxy on the way.`,
    )
  return ok(`${host} takes the token of ECR; public.ecr.aws answers`)
}

async function statusOf(origin: URL, headers: Readonly<Record<string, string>>): Promise<number> {
  const url = new URL('/v2/', origin)
  const request = {
    method: 'GET',
    url,
    headers,
    idleTimeout: patience,
    limits: defaultLimits,
  } as const
  const answer = await exchange(request)
  answer.resume()
  return answer.statusCode ?? 0
}
