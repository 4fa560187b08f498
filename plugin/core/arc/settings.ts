import { parseReference } from '../../oci/reference.ts'
import {
  buildArgFault,
  builderNameFault,
  cacheFault,
  contextFault,
  secretFault,
  sshFault,
  targetFault,
} from '../dockerfile/setting-faults.ts'

/** A setting of `@images`. */
export interface Setting {
  /** Where it may stand: above all images, under one, or either. */
  readonly place: 'app' | 'image' | 'both'
  readonly values: 'one' | 'several'
  /** The builder that it belongs to; absent: both. */
  readonly builder?: 'embedded' | 'dockerfile'
  /** Refused with a message of its own until what it asks for is built. */
  readonly ready: boolean
  /** What is wrong with one value and what it should be; `undefined` when nothing is. */
  readonly fault: (value: string) => string | undefined
}

/** One row a setting; nothing else decides what `@images` takes. */
export const settings: Readonly<Record<string, Setting>> = {
  repository: { place: 'app', values: 'one', ready: true, fault: repositoryFault },
  keep: { place: 'app', values: 'one', ready: true, fault: keepFault },
  define: { place: 'both', values: 'several', ready: true, fault: variableFault },
  'define-secret': { place: 'both', values: 'several', ready: true, fault: variableFault },
  base: { place: 'image', values: 'one', ready: true, fault: baseFault },
  builder: { place: 'image', values: 'one', ready: true, fault: builderFault },
  external: { place: 'image', values: 'several', ready: true, fault: packageFault },
  include: { place: 'image', values: 'several', ready: true, fault: includeFault },
  omit: {
    place: 'image',
    values: 'several',
    builder: 'embedded',
    ready: true,
    fault: packageFault,
  },
  context: dockerfileOnly('one', contextFault),
  target: dockerfileOnly('one', targetFault),
  'build-arg': dockerfileOnly('several', buildArgFault),
  secret: dockerfileOnly('several', secretFault),
  ssh: dockerfileOnly('several', sshFault),
  'cache-from': dockerfileOnly('several', cacheFault),
  'cache-to': dockerfileOnly('several', cacheFault),
  'buildx-builder': dockerfileOnly('one', builderNameFault),
}

function dockerfileOnly(values: Setting['values'], fault: Setting['fault']): Setting {
  return { place: 'image', values, builder: 'dockerfile', ready: true, fault }
}

/**
 * Names that tags and the settings above all images need for themselves: the content tag of an image
 * `live-x` would begin as live tags do, so that no lifecycle policy ever expired it.
 */
export function isReservedImageName(name: string): boolean {
  return /^(?:live|deps)(?:-|$)/.test(name) || (settings[name]?.place ?? 'image') !== 'image'
}

function repositoryFault(value: string): string | undefined {
  const isName =
    /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(value) &&
    value.length >= 2 &&
    value.length <= 256
  return isName
    ? undefined
    : 'is not a name that ECR takes: 2 to 256 lower-case letters and digits, with single . _ - or / between them'
}

function keepFault(value: string): string | undefined {
  return /^[1-9]\d{0,3}$/.test(value) ? undefined : 'is not a number of images from 1 to 9999'
}

function variableFault(value: string): string | undefined {
  return /^[A-Za-z_]\w*$/.test(value)
    ? undefined
    : 'is not the name of an environment variable: letters, digits and _, not beginning with a digit'
}

function baseFault(value: string): string | undefined {
  try {
    parseReference(value)
    return undefined
  } catch {
    return "is not an image reference: '[registry/]repository[:tag][@sha256:...]', quoted when it has an @"
  }
}

function builderFault(value: string): string | undefined {
  return ['embedded', 'dockerfile'].includes(value)
    ? undefined
    : "is neither 'embedded' nor 'dockerfile'"
}

function packageFault(value: string): string | undefined {
  return /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~_-][\w.~-]*$/i.test(value)
    ? undefined
    : "is not the name of a package: 'name' or '\"@scope/name\"', quoted when it has an @"
}

function includeFault(value: string): string | undefined {
  const leaves = /^(?:[\\/]|[A-Za-z]:)/.test(value) || value.split(/[\\/]/).includes('..')
  return leaves
    ? "leads out of the function's source folder; name a path or pattern inside of it"
    : undefined
}

/** Values under these names end readable in the image, so a name like this is taken for a slip. */
export function looksSecret(variable: string): boolean {
  return /SECRET|TOKEN|PASSWORD|PRIVATE|CREDENTIAL|_KEYS?$/i.test(variable)
}
