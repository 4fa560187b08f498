import { verifyImage } from '../../core/image/verify.ts'
import { ContainerImageError } from '../../errors.ts'
import type { PublishedImage, VerifiedImage } from '../../ports/image-stages.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import type { Aws } from '../aws/client.ts'
import { removeTags } from '../aws/stored-images.ts'
import { readServedImage } from './served-image.ts'

export interface VerifyOptions {
  readonly repository: () => Promise<Repository>
  readonly aws: () => Promise<Aws>
  /** Name of the repository. */
  readonly name: string
  readonly cacheDirectory: string
  readonly progress: Progress
}

/**
 * Judges what the registry serves. An image that is refused loses its tag: tags are immutable and
 * say what an image was made from, so every later deploy would find it again, also once what spoilt
 * it, such as another docker on PATH, is mended.
 */
export function createVerify({ repository, aws, name, cacheDirectory, progress }: VerifyOptions) {
  return async (published: PublishedImage): Promise<VerifiedImage> => {
    const { image, pushed, tag } = published
    if (pushed === undefined) throw new TypeError('Only what was pushed can be verified')
    const read = await readServedImage(image, await repository(), pushed.served, { cacheDirectory })
    try {
      const entryPoint = verifyImage(image, read)
      progress({ image: image.name, step: 'verify', state: 'done' })
      return { ...published, entryPoint }
    } catch (error) {
      if (!(error instanceof ContainerImageError)) throw error
      const left = await forget(tag)
      throw new ContainerImageError(error.code, `${error.message}${left}`)
    }
  }

  /** @returns what is to be said about it */
  async function forget(tag: string): Promise<string> {
    try {
      await removeTags(await aws(), name, [tag])
      return ''
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      return ` Its tag ${tag} could not be removed, so the next deploy would find it again: ${reason}`
    }
  }
}
