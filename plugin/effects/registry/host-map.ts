import { ContainerImageError } from '../../errors.ts'
import { isRegistryHost } from '../../oci/reference.ts'
import { isLoopback } from './is-loopback.ts'

/** Registry host as users write it -> origin that is asked instead. */
export type HostMap = ReadonlyMap<string, string>

/**
 * `ARC_CONTAINER_IMAGES_REGISTRIES`: `host=origin` pairs between commas.
 * @throws ContainerImageError REGISTRY_HOST_MAP_INVALID, all mistakes at once
 */
export function parseHostMap(text: string): HostMap {
  const hosts = new Map<string, string>()
  const mistakes: string[] = []
  for (const pair of text.split(',').map((part) => part.trim())) {
    if (pair === '') continue
    const [, host = '', target = ''] = /^([^=]*)=(.*)$/.exec(pair) ?? []
    const problem =
      problemOf(host, target) ?? (hosts.has(host) ? 'the host comes twice' : undefined)
    if (problem !== undefined)
      mistakes.push(`'${pair.replace(/\/\/[^/]*@/, '//***@')}': ${problem}`)
    else hosts.set(host, new URL(target).origin)
  }
  if (mistakes.length === 0) return hosts
  throw new ContainerImageError(
    'REGISTRY_HOST_MAP_INVALID',
    `ARC_CONTAINER_IMAGES_REGISTRIES: ${mistakes.join('; ')}. Write 'host=https://other.example' pairs between commas.`,
  )
}

function problemOf(host: string, target: string): string | undefined {
  if (target === '') return "no '=' with an origin after it"
  if (!isRegistryHost(host)) return `'${host}' is not a registry's host`
  if (!URL.canParse(target)) return `'${target}' is not a URL`
  const url = new URL(target)
  if (!['http:', 'https:'].includes(url.protocol)) return 'the origin is neither https nor http'
  if (url.username !== '' || url.password !== '') return 'the origin carries credentials'
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return 'the origin has a path'
  if (url.protocol === 'http:' && !isLoopback(url)) return 'plain http goes to loopback only'
  return undefined
}
