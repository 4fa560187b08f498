import {
  evaluateLifecycle,
  evaluateTransitions,
  type ModelImage,
  parsePolicy,
} from '../ecr-model/index.ts'
import type { Context } from '../context.ts'
import { imagesOf, pushedAt, removeImage, type StoredImage } from './images.ts'

/** What the lifecycle policies of all repositories expire now, by the documented evaluation. */
export async function expireImages(context: Context): Promise<readonly string[]> {
  const expired: string[] = []
  for (const { name, lifecycle } of Object.values(context.state.repositories)) {
    if (lifecycle === undefined) continue
    for (const digest of await archiving(name, lifecycle, context))
      context.state.archived[`${name}@${digest}`] = { status: 'ARCHIVED', at: context.now() }
    for (const image of await expiring(name, lifecycle, context)) {
      await removeImage(name, image, context)
      expired.push(image.digest)
    }
  }
  return expired
}

/** What a lifecycle policy would expire now. */
export async function expiring(name: string, lifecycle: string, context: Context) {
  const images = await imagesOf(name, context)
  const dated = modelOf(name, images, context)
  const gone = evaluateLifecycle(parsePolicy(lifecycle), dated, context.now())
  return images.filter((image) => gone.some(({ digest }) => digest === image.digest))
}

/** What a lifecycle policy would archive now. */
async function archiving(name: string, lifecycle: string, context: Context) {
  const dated = modelOf(name, await imagesOf(name, context), context)
  return evaluateTransitions(parsePolicy(lifecycle), dated, context.now())
}

/** Referrers are no images: ECR takes them away after their subject, and counts them nowhere here. */
function modelOf(name: string, images: readonly StoredImage[], context: Context): ModelImage[] {
  return images
    .filter(({ subject }) => subject === undefined)
    .map((image) => {
      const { digest, tags } = image
      const kept = context.state.archived[`${name}@${digest}`]
      return {
        digest,
        tags,
        pushedAt: pushedAt(name, image, context),
        ...(kept && { status: 'archived' as const, archivedAt: kept.at }),
      }
    })
}
