import { parseReference } from '../../oci/reference.ts'

/** What is wrong with a value of a setting that both builders have; see `settings.ts`. */

export function repositoryFault(value: string): string | undefined {
  const isName =
    /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(value) &&
    value.length >= 2 &&
    value.length <= 256
  return isName
    ? undefined
    : 'is not a name that ECR takes: 2 to 256 lower-case letters and digits, with single . _ - or / between them'
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
