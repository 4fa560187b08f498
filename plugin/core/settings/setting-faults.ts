import { parseReference } from '../../oci/reference.ts'
import { isBoundary } from './boundary-name.ts'
import { longestRepository } from './app-repositories.ts'

/** What is wrong with a value of a setting that both builders have; see `settings.ts`. */

export function repositoryFault(value: string): string | undefined {
  const registry = registryAddress.exec(value)?.[0] ?? ''
  if (registry === '' && isRepositoryName(value)) return undefined
  const name = value.slice(registry.length).replace(/(?::[^:/]*)?(?:@.*)?$/, '')
  if (registry === '' && !isRepositoryName(name))
    return `is not a name that ECR takes: 2 to ${longestRepository} lower-case letters and digits, with single . _ - or / between them`
  const todo = isRepositoryName(name) ? `: write '${name}'` : ''
  return `is an address. A repository is named without registry, tag and digest, and is in the account and region of the deploy${todo}`
}

/**
 * What comes before a repository's name in an address: a scheme, a port, or a host that is known as
 * a registry's. ECR takes names with dots, so a host that is not known may be part of one.
 */
const registryAddress =
  /^(?:arn:[^/]*:repository\/|[a-z][a-z\d+.-]*:\/\/[^/]*(?:\/|$)|[^/]+:\d+\/|(?:[^/]+\.amazonaws\.com(?:\.cn)?|[^/]+\.on\.aws|public\.ecr\.aws|(?:[^/]+\.)?(?:docker|ghcr|gcr|quay)\.io)(?:\/|$))/i

function isRepositoryName(value: string): boolean {
  return (
    /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(value) &&
    value.length >= 2 &&
    value.length <= longestRepository
  )
}

export function managedFault(value: string): string | undefined {
  return ['here', 'elsewhere'].includes(value) ? undefined : "is neither 'here' nor 'elsewhere'"
}

export function keepFault(value: string): string | undefined {
  return /^[1-9]\d{0,3}$/.test(value) ? undefined : 'is not a number of images from 1 to 9999'
}

export function variableFault(value: string): string | undefined {
  return /^[A-Za-z_]\w*$/.test(value)
    ? undefined
    : 'is not the name of an environment variable: letters, digits and _, not beginning with a digit'
}

export function baseFault(value: string): string | undefined {
  try {
    parseReference(value)
    return undefined
  } catch {
    return "is not an image reference: '[registry/]repository[:tag][@sha256:...]', quoted when it has an @"
  }
}

export function builderFault(value: string): string | undefined {
  return ['embedded', 'dockerfile'].includes(value)
    ? undefined
    : "is neither 'embedded' nor 'dockerfile'"
}

export function layersFault(value: string): string | undefined {
  return ['include', 'drop'].includes(value) ? undefined : "is neither 'include' nor 'drop'"
}

export function packageFault(value: string): string | undefined {
  return /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~_-][\w.~-]*$/i.test(value)
    ? undefined
    : "is not the name of a package: 'name' or '\"@scope/name\"', quoted when it has an @"
}

export function includeFault(value: string): string | undefined {
  const leaves = /^(?:[\\/]|[A-Za-z]:)/.test(value) || value.split(/[\\/]/).includes('..')
  return leaves
    ? "leads out of the function's source folder; name a path or pattern inside of it"
    : undefined
}

export const startChecks = ['on', 'strict', 'off'] as const

export function startCheckFault(value: string): string | undefined {
  return startChecks.some((one) => one === value)
    ? undefined
    : "is neither 'on' nor 'strict' nor 'off'"
}

export function workingDirectoryFault(value: string): string | undefined {
  return ['function', 'task-root'].includes(value)
    ? undefined
    : "is neither 'function' nor 'task-root'"
}

export function boundaryFault(value: string): string | undefined {
  return isBoundary(value) ? undefined : "is neither a policy's name nor its ARN"
}
