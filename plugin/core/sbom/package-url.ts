import type { PackedPackage, UsedImage } from '../contents/image-contents.ts'
import { publicRegistry } from '../dependencies/judge-lockfile.ts'
import type { Digest } from '../../oci/digest.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import { platformOf } from '../../oci/platform.ts'
import { parseReference } from '../../oci/reference.ts'

/**
 * Package URL of a package of npm's (purl-spec, types/npm). None for a folder of the app's own: a
 * scanner would take it for what a registry has under that name.
 */
export function npmUrl({ name, version, source }: PackedPackage): string | undefined {
  if (source?.kind === 'local') return undefined
  const path = name.split('/').map(encodeURIComponent).join('/')
  const at = version === undefined ? '' : `@${encodeVersion(version)}`
  return `pkg:npm/${path}${at}${qualifiers(origin(source))}`
}

/** Package URL of an image (purl-spec, types/oci); only a digest says which one. */
export function imageUrl(
  uri: string,
  digest: Digest,
  architecture: LambdaArchitecture,
  tag?: string,
): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1).toLowerCase()
  const { architecture: arch } = platformOf(architecture)
  return `pkg:oci/${name}@${encodeVersion(digest)}${qualifiers({ arch, repository_url: uri, tag })}`
}

export function usedImageUrl(
  { reference, digest }: UsedImage,
  architecture: LambdaArchitecture,
): string | undefined {
  if (digest === undefined) return undefined
  const { registry, repository, tag } = parseReference(reference)
  return imageUrl(`${registry}/${repository}`, digest, architecture, tag)
}

function origin(source: PackedPackage['source']): Readonly<Record<string, string | undefined>> {
  if (source?.kind === 'git') return { vcs_url: withoutLogin(source.url) }
  const url = source?.kind === 'tarball' ? source.url : undefined
  if (url === undefined || !URL.canParse(url)) return {}
  const registry = new URL(url).origin
  return registry === publicRegistry ? {} : { repository_url: registry }
}

function qualifiers(values: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(values)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`]))
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** Without user, password and query, any of which may be a token. */
export function withoutLogin(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/[?][^#]*/, '')
}

/** In a version a colon and a plus stay as they are (as packageurl-js writes it). */
function encodeVersion(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%2B', '+')
}
