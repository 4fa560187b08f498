import { ContainerImageError } from '../../errors.ts'
import type { HostMap } from './host-map.ts'
import { isLoopback } from './is-loopback.ts'

/** Where a registry is asked: its mapped origin, else https, and plain http on loopback. */
export function originOf(registry: string, hostMap?: HostMap): URL {
  const mapped = hostMap?.get(registry)
  if (mapped !== undefined) return requireSafe(new URL(mapped))
  // Docker Hub's name is not its host.
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry
  const local = new URL(`http://${host}`)
  return isLoopback(local) ? local : new URL(`https://${host}`)
}

/**
 * Refuses plain http beyond loopback, even when a redirect asks for it.
 * @throws ContainerImageError REGISTRY_INSECURE
 */
export function requireSafe(url: URL, from?: URL): URL {
  const downgrade = from?.protocol === 'https:' && url.protocol !== 'https:'
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
  if (safe && !downgrade) return url
  throw new ContainerImageError(
    'REGISTRY_INSECURE',
    `${url.origin}${from === undefined ? '' : `, where ${from.origin} sends us,`} is not https. Plain http is spoken to this machine only.`,
  )
}
