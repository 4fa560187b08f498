import { evaluateLifecycle, parsePolicy } from '../ecr-model/index.ts'
import type { Context } from '../context.ts'
import { imagesOf, pushedAt, removeImage } from './images.ts'

/** What the lifecycle policies of all repositories expire now, by the documented evaluation. */
export async function expireImages(context: Context): Promise<readonly string[]> {
  const expired: string[] = []
  for (const { name, lifecycle } of Object.values(context.state.repositories)) {
    if (lifecycle === undefined) continue
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
  const dated = images.map((image) => ({ ...image, pushedAt: pushedAt(name, image, context) }))
  const gone = evaluateLifecycle(parsePolicy(lifecycle), dated, context.now())
  return images.filter((image) => gone.some(({ digest }) => digest === image.digest))
}
