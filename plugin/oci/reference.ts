import { ContainerImageError } from '../errors.ts'
import { type Digest, isDigest, parseDigest } from './digest.ts'

/** A name of an image, after Docker's normalisation: `node:24` is `docker.io/library/node:24`. */
export interface Reference {
  /** Host, with port where one was written. */
  readonly registry: string
  readonly repository: string
  readonly tag?: string
  readonly digest?: Digest
}

const hostPattern =
  /^(?:\[[0-9a-f:]+\]|(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])(?:\.(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9]))*)(?::[0-9]{1,5})?$/i
const componentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

/** Whether text may be the registry of a reference. */
export function isRegistryHost(text: string): boolean {
  return hostPattern.test(text)
}

/**
 * Text to `Reference` (OCI distribution spec, "Pulling manifests"; Docker's rules for short names).
 * @throws ContainerImageError REFERENCE_INVALID, DIGEST_INVALID
 */
export function parseReference(text: string): Reference {
  const refuse = (why: string): never => {
    throw new ContainerImageError(
      'REFERENCE_INVALID',
      `${JSON.stringify(text)} is not an image reference: ${why}. Expected '[registry/]repository[:tag][@sha256:...]'.`,
    )
  }
  const at = text.indexOf('@')
  const named = at === -1 ? text : text.slice(0, at)
  const digest = at === -1 ? undefined : parseDigest(text.slice(at + 1))
  const colon = named.lastIndexOf(':')
  const hasTag = colon > named.lastIndexOf('/')
  const tag = hasTag ? named.slice(colon + 1) : undefined
  if (tag !== undefined && !tagPattern.test(tag)) refuse(`the tag '${tag}' is not one`)
  const { registry, repository } = splitHost(hasTag ? named.slice(0, colon) : named)
  if (!isRegistryHost(registry)) refuse(`the registry '${registry}' is not a host`)
  if (repository === '') refuse('it names no repository')
  if (repository !== repository.toLowerCase()) refuse(`'${repository}' is not in lower case`)
  const wrong = repository.split('/').find((component) => !componentPattern.test(component))
  if (wrong !== undefined) refuse(`'${wrong}' cannot stand in a repository's name`)
  if (repository.length > 255) refuse('the repository has more than 255 characters')
  return {
    registry,
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }
}

/** The full form, which `parseReference` reads back to the same. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  const tagged = tag === undefined ? '' : `:${tag}`
  return `${registry}/${repository}${tagged}${digest === undefined ? '' : `@${digest}`}`
}

/** `repository@sha256:...`: a name that always means the same image. */
export interface PinnedReference {
  /** With its registry, and with a tag where one was written; empty in a piece of an intrinsic. */
  readonly name: string
  readonly digest: Digest
}

/** @param name a repository's URI, or any reference without digest */
export function formatPinned(name: string, digest: Digest): string {
  return `${name}@${digest}`
}

/** `undefined` for a reference without digest, and for text that is none. */
export function parsePinned(text: string): PinnedReference | undefined {
  const at = text.lastIndexOf('@')
  const digest = text.slice(at + 1)
  return at !== -1 && isDigest(digest) ? { name: text.slice(0, at), digest } : undefined
}

/** Docker takes the first part for a host only when it cannot be a name: a dot, a port or `localhost`. */
function splitHost(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/')
  const first = slash === -1 ? '' : name.slice(0, slash)
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase()
  const registry = isHost ? first : 'docker.io'
  const repository = isHost ? name.slice(slash + 1) : name
  if (registry !== 'docker.io' && registry !== 'index.docker.io') return { registry, repository }
  const isShort = repository !== '' && !repository.includes('/')
  return { registry: 'docker.io', repository: isShort ? `library/${repository}` : repository }
}
