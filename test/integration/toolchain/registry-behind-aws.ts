import type { RegistryStandIn } from '../../stand-in/registry/index.ts'
import { digestOf, type Digest } from '../../../plugin/oci/digest.ts'
import { mediaTypes } from '../../../plugin/oci/media-types.ts'

const accept = Object.values(mediaTypes)
  .flatMap(({ index, manifest }) => [index, manifest])
  .join()

/**
 * A real registry without credentials as the one behind the stand-in of AWS, which looks into it
 * when a function names an image. What the distribution protocol has no question for is refused.
 */
export function registryBehindAws(registry: { url: string; host: string }): RegistryStandIn {
  const ask = async (path: string): Promise<Response | undefined> => {
    const response = await fetch(`${registry.url}/v2/${path}`, { headers: { accept } })
    if (response.status === 404) return undefined
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
  const manifest: RegistryStandIn['manifest'] = async (repository, reference) => {
    const response = await ask(`${repository}/manifests/${reference}`)
    if (response === undefined) return undefined
    const bytes = Buffer.from(await response.arrayBuffer())
    const mediaType = response.headers.get('content-type') ?? ''
    return { mediaType, bytes, digest: digestOf(bytes) }
  }
  const tags = async (repository: string): Promise<Map<string, Digest>> => {
    const response = await ask(`${repository}/tags/list`)
    const told: { tags?: unknown } = response === undefined ? {} : Object(await response.json())
    const names = Array.isArray(told.tags) ? told.tags.map(String) : []
    const served = await Promise.all(names.map((name) => manifest(repository, name)))
    return new Map(served.flatMap((each, at) => (each ? [[names[at] ?? '', each.digest]] : [])))
  }
  const refuse = (what: string) => (): never => {
    throw new Error(`A real registry cannot ${what}.`)
  }
  return {
    ...registry,
    journal: [],
    inject: refuse('be told to fail'),
    heal: refuse('be mended'),
    tags,
    manifest,
    manifests: async (repository) => [...new Set((await tags(repository)).values())],
    async blob(repository, digest) {
      const response = await ask(`${repository}/blobs/${digest}`)
      return response === undefined ? undefined : Buffer.from(await response.arrayBuffer())
    },
    removeTag: refuse('remove a tag alone'),
    async removeManifest(repository, digest) {
      const url = `${registry.url}/v2/${repository}/manifests/${digest}`
      const { status } = await fetch(url, { method: 'DELETE' })
      if (status !== 202) throw new Error(`DELETE ${url}: ${status}`)
    },
    close: async () => {},
  }
}
