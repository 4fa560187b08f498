import { oncePer } from '../../core/basics/once.ts'
import { ContainerImageError, isCaused } from '../../errors.ts'
import { formatPlatform, type Platform } from '../../oci/platform.ts'
import { parseReference } from '../../oci/reference.ts'
import { blamingBase } from './blaming-base.ts'
import type { BaseImageOptions, ResolveBaseImage } from './base-image.ts'
import { openRepository } from '../registry/open-repository.ts'

/**
 * Digest of an image for a platform; `any`: of what its name stands for, mostly an index. In a dry
 * run the reference itself where no registry answers.
 */
export type ResolveDigest = (reference: string, platform: Platform | 'any') => Promise<string>

/** Asks for every image once, however many images are made from it. */
export function openBaseDigests(
  options: Pick<BaseImageOptions, 'hostMap' | 'authorization'> & {
    readonly resolveBase: ResolveBaseImage
  },
): ResolveDigest {
  return oncePer(
    (reference: string, platform: Platform | 'any') => resolve(reference, platform, options),
    (reference, platform) =>
      `${platform === 'any' ? platform : formatPlatform(platform)} ${reference}`,
  )
}

async function resolve(
  text: string,
  platform: Platform | 'any',
  { resolveBase, hostMap, authorization }: Parameters<typeof openBaseDigests>[0],
): Promise<string> {
  if (platform !== 'any') return (await resolveBase(text, platform)).digest
  const { registry, repository, tag, digest } = parseReference(text)
  if (digest !== undefined) return digest
  const uri = `${registry}/${repository}`
  const opened = openRepository({ uri, hostMap, authorization: authorization?.(registry) })
  const served = await blamingBase(text, () => opened.getManifest(tag ?? 'latest'))
  if (served !== undefined) return served.digest
  throw new ContainerImageError(
    'BASE_MISSING',
    `${text} is not there: the registry does not know it. Check its name and tag.`,
  )
}

/** For a dry run: a registry that does not answer is said, and the name stands for the digest. */
export function orPlaceholder(
  resolveDigest: ResolveDigest,
  warn: (message: string) => void,
): ResolveDigest {
  return async (reference, platform) => {
    try {
      return await resolveDigest(reference, platform)
    } catch (error) {
      const isUnknown =
        isCaused(error, 'REGISTRY_UNREACHABLE') || isCaused(error, 'AWS_CREDENTIALS_MISSING')
      if (!isUnknown || !(error instanceof ContainerImageError)) throw error
      warn(`Could not resolve ${reference}: ${error.message} The tag is a placeholder.`)
      return reference
    }
  }
}
