import { verifyImage } from '../../core/image/verify.ts'
import { ContainerImageError } from '../../errors.ts'
import type { ImageBuilder } from '../../ports/image-builder.ts'
import type { PublishedImage, VerifiedImage } from '../../ports/image-stages.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import { openProofs } from './remembered-proofs.ts'
import { readServedImage } from './served-image.ts'

export interface VerifyOptions {
  readonly repository: () => Promise<Repository>
  /** Takes a tag out of the repository. */
  readonly removeTag: (tag: string) => Promise<void>
  /** Knows what would be built. */
  readonly builder: Pick<ImageBuilder, 'prove'>
  readonly cacheDirectory: string
  readonly progress: Progress
}

/**
 * Judges what the registry serves, and holds what this deploy did not make itself against what it
 * would have made: a tag only says what somebody has called an image. An image that is refused loses its tag: tags are immutable and
 * say what an image was made from, so every later deploy would find it again, also once what spoilt
 * it, such as another docker on PATH, is mended.
 */
export function createVerify(options: VerifyOptions) {
  const { repository, removeTag, builder, cacheDirectory, progress } = options
  const proofs = openProofs(cacheDirectory)
  return async (published: PublishedImage): Promise<VerifiedImage> => {
    const { image, pushed, tag } = published
    if (pushed === undefined) throw new TypeError('Only what was pushed can be verified')
    const opened = await repository()
    try {
      const read = await readServedImage(image, opened, pushed.served, { cacheDirectory })
      const { entryPoint, notes } = verifyImage(image, read)
      const unproven = await prove(published, pushed)
      progress({ image: image.name, step: 'verify', state: 'done' })
      return { ...published, entryPoint, notes: [...published.notes, ...notes, ...unproven] }
    } catch (error) {
      if (!isVerdict(error)) throw error
      const left = await forget(tag)
      throw new ContainerImageError(error.code, `${error.message}${left}`)
    }
  }

  /** @returns what could not be proven */
  async function prove(
    published: PublishedImage,
    { served, report }: NonNullable<PublishedImage['pushed']>,
  ): Promise<readonly string[]> {
    const { tag } = published
    if (await proofs.has(served.digest, tag)) return []
    const isOwn = report.outcome === 'built' || report.outcome === 'builtByDocker'
    const input = { ...published, repository: await repository() }
    const unproven = isOwn ? [] : await builder.prove(input, served)
    await proofs.add(served.digest, tag)
    return unproven
  }

  /** @returns what is to be said about it */
  async function forget(tag: string): Promise<string> {
    try {
      await removeTag(tag)
      return ''
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      return ` Its tag ${tag} could not be removed, so the next deploy would find it again: ${reason}`
    }
  }
}

/** Says something of the image, and not of a registry or an install that did not answer. */
function isVerdict(error: unknown): error is ContainerImageError {
  if (!(error instanceof ContainerImageError)) return false
  return error.code.startsWith('IMAGE_') || error.code === 'BASE_UNFIT'
}
