import type { Digest } from '../../../../plugin/oci/digest.ts'
import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { type Input, optionalText, records, text } from '../json-actions.ts'
import { pageOf } from './page.ts'
import { repositoryOf } from './repository.ts'

export interface StoredImage {
  readonly digest: Digest
  readonly tags: readonly string[]
  readonly status: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING'
  /** Of a referrer. */
  readonly subject?: string
  readonly artifactType?: string
}

/** The images of a repository as the registry has them, in the order of their digests. */
export async function imagesOf(name: string, { registry, state }: Context): Promise<StoredImage[]> {
  const [digests, tags] = await Promise.all([registry.manifests(name), registry.tags(name)])
  return await Promise.all(
    digests.toSorted().map(async (digest) => ({
      digest,
      tags: [...tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag),
      status: state.archived[`${name}@${digest}`]?.status ?? 'ACTIVE',
      ...artifactOf((await registry.manifest(name, digest))?.bytes),
    })),
  )
}

/** What can be pulled; the archive gives nothing. */
export async function servedManifest(
  name: string,
  reference: string,
  { registry, state }: Context,
) {
  const stored = await registry.manifest(name, reference)
  const isArchived = stored !== undefined && `${name}@${stored.digest}` in state.archived
  return isArchived ? undefined : stored
}

interface ManifestTypes {
  readonly artifactType?: string
  readonly config?: { readonly mediaType?: string }
  readonly subject?: { readonly digest: string }
}

/** What ECR calls the artifact's media type is the manifest's own word, else its config's. */
function artifactOf(bytes: Buffer | undefined) {
  const { artifactType, config, subject }: ManifestTypes = JSON.parse(bytes?.toString() ?? '{}')
  const type = artifactType ?? config?.mediaType
  return { ...(type && { artifactType: type }), ...(subject && { subject: subject.digest }) }
}

interface ImageId {
  readonly imageDigest?: string
  readonly imageTag?: string
}

function idsOf(input: Input): ImageId[] {
  const ids = records(input, 'imageIds')
  if (ids.length === 0 || ids.length > 100)
    throw new AwsFault(
      'InvalidParameterException',
      `Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length between 1 and 100'`,
    )
  return ids.map((id) => {
    const imageDigest = optionalText(id, 'imageDigest')
    const imageTag = optionalText(id, 'imageTag')
    return { ...(imageDigest && { imageDigest }), ...(imageTag && { imageTag }) }
  })
}

interface ImageFailure {
  readonly failureCode: string
  readonly failureReason: string
}

/** The image that an id names, or ECR's failure for that id. */
function imageFor(
  { imageDigest, imageTag }: ImageId,
  images: readonly StoredImage[],
): StoredImage | ImageFailure {
  if (imageDigest === undefined && imageTag === undefined)
    return {
      failureCode: 'MissingDigestAndTag',
      failureReason: 'Invalid request parameters: both tag and digest cannot be null',
    }
  if (imageDigest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(imageDigest))
    return {
      failureCode: 'InvalidImageDigest',
      failureReason:
        "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    }
  const found = images.find(
    ({ digest, tags }) => digest === imageDigest || tags.includes(imageTag ?? ''),
  )
  if (found === undefined)
    return { failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }
  const both = imageDigest !== undefined && imageTag !== undefined
  if (both && !(found.digest === imageDigest && found.tags.includes(imageTag)))
    return {
      failureCode: 'ImageTagDoesNotMatchDigest',
      failureReason: 'Requested image digest does not match the tag',
    }
  return found
}

interface ManifestSizes {
  readonly config?: { readonly size: number }
  readonly layers?: readonly { readonly size: number }[]
}

/** Milliseconds: the first push of the image; a tag that is added later changes nothing. */
export function pushedAt(name: string, image: StoredImage, { state, now }: Context): number {
  const references = [image.digest, ...image.tags].map((reference) => `${name}@${reference}`)
  return Math.min(...references.flatMap((reference) => state.pushed[reference] ?? []), now())
}

/** The image with all its tags. */
export async function removeImage(
  name: string,
  { digest, tags }: StoredImage,
  { registry, state }: Context,
): Promise<void> {
  await registry.removeManifest(name, digest)
  for (const reference of [digest, ...tags]) delete state.pushed[`${name}@${reference}`]
  delete state.archived[`${name}@${digest}`]
}

async function describe(name: string, image: StoredImage, context: Context): Promise<object> {
  const stored = await context.registry.manifest(name, image.digest)
  const manifest: ManifestSizes = JSON.parse(stored?.bytes.toString() ?? '{}')
  const sizes = [manifest.config, ...(manifest.layers ?? [])].map((part) => part?.size ?? 0)
  return {
    registryId: context.account,
    repositoryName: name,
    imageDigest: image.digest,
    ...(image.tags.length > 0 && { imageTags: image.tags }),
    imageSizeInBytes: sizes.reduce((sum, size) => sum + size, 0),
    imagePushedAt: pushedAt(name, image, context) / 1000,
    imageManifestMediaType: stored?.mediaType,
    imageStatus: image.status,
    ...(image.artifactType && { artifactMediaType: image.artifactType }),
    ...(image.subject && { subjectManifestDigest: image.subject }),
  }
}

/** ECR lists what is ACTIVE unless it is asked for more. */
function matches(input: Input, { tags, status }: StoredImage): boolean {
  const filter = input['filter']
  const given: Input = typeof filter === 'object' && filter !== null ? { ...filter } : {}
  const tagStatus = optionalText(given, 'tagStatus') ?? 'ANY'
  const imageStatus = optionalText(given, 'imageStatus') ?? 'ACTIVE'
  if (!['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY'].includes(imageStatus))
    throw new AwsFault(
      'InvalidParameterException',
      `Invalid parameter at 'filter.imageStatus' failed to satisfy constraint: 'Member must satisfy enum value set: [ACTIVE, ARCHIVED, ACTIVATING, ANY]'`,
    )
  if (imageStatus !== 'ANY' && imageStatus !== status) return false
  return tagStatus === 'ANY' || (tagStatus === 'TAGGED') === tags.length > 0
}

export const imageActions = {
  async DescribeImages(input: Input, context: Context): Promise<object> {
    const { name } = repositoryOf(input, context)
    const images = await imagesOf(name, context)
    if (input['imageIds'] !== undefined) {
      const details = idsOf(input).map((id) => {
        const found = imageFor(id, images)
        if ('digest' in found) return describe(name, found, context)
        throw new AwsFault(
          'ImageNotFoundException',
          `The image with imageId {imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'} does not exist within the repository with name '${name}' in the registry with id '${context.account}'`,
        )
      })
      return { imageDetails: await Promise.all(details) }
    }
    const wanted = images.filter((image) => matches(input, image))
    const { items, nextToken } = pageOf(input, wanted, context)
    const imageDetails = await Promise.all(items.map((image) => describe(name, image, context)))
    return { imageDetails, ...nextToken }
  },

  async ListImages(input: Input, context: Context): Promise<object> {
    const { name } = repositoryOf(input, context)
    const wanted = (await imagesOf(name, context)).filter((image) => matches(input, image))
    const ids = wanted.flatMap(({ digest: imageDigest, tags }) =>
      tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag })),
    )
    const { items, nextToken } = pageOf(input, ids, context)
    return { imageIds: items, ...nextToken }
  },

  async BatchGetImage(input: Input, context: Context): Promise<object> {
    const { name } = repositoryOf(input, context)
    const stored = await imagesOf(name, context)
    const images: object[] = []
    const failures: object[] = []
    for (const imageId of idsOf(input)) {
      const pulled = stored.filter(({ status }) => status === 'ACTIVE')
      const found = imageFor(imageId, pulled)
      const served =
        'digest' in found ? await servedManifest(name, found.digest, context) : undefined
      if (!('digest' in found) || served === undefined) {
        failures.push({ imageId, ...('digest' in found ? {} : found) })
        continue
      }
      images.push({
        registryId: context.account,
        repositoryName: name,
        imageId: {
          imageDigest: served.digest,
          ...(imageId.imageTag && { imageTag: imageId.imageTag }),
        },
        imageManifest: served.bytes.toString(),
        imageManifestMediaType: served.mediaType,
      })
    }
    return { images, failures }
  },

  /** Restoring takes ECR some minutes: until somebody says that they are over it is ACTIVATING. */
  async UpdateImageStorageClass(input: Input, context: Context): Promise<object> {
    const { name } = repositoryOf(input, context)
    const id = input['imageId']
    const named: Input = typeof id === 'object' && id !== null ? { ...id } : {}
    const imageDigest = optionalText(named, 'imageDigest')
    const imageTag = optionalText(named, 'imageTag')
    const imageId = { ...(imageDigest && { imageDigest }), ...(imageTag && { imageTag }) }
    const found = imageFor(imageId, await imagesOf(name, context))
    if (!('digest' in found)) throw new AwsFault('ImageNotFoundException', found.failureReason)
    const target = text(input, 'targetStorageClass')
    if (target !== 'STANDARD' && target !== 'ARCHIVE')
      throw new AwsFault(
        'InvalidParameterException',
        `Invalid parameter at 'targetStorageClass' failed to satisfy constraint: 'Member must satisfy enum value set: [STANDARD, ARCHIVE]'`,
      )
    const key = `${name}@${found.digest}`
    const at = context.now()
    if (target === 'ARCHIVE') context.state.archived[key] = { status: 'ARCHIVED', at }
    else if (found.status !== 'ACTIVE') context.state.archived[key] = { status: 'ACTIVATING', at }
    const imageStatus = context.state.archived[key]?.status ?? 'ACTIVE'
    return { registryId: context.account, repositoryName: name, imageId, imageStatus }
  },

  /** By tag the tag goes, and the image with its last tag; by digest the image with all its tags. */
  async BatchDeleteImage(input: Input, context: Context): Promise<object> {
    const { name } = repositoryOf(input, context)
    const imageIds: object[] = []
    const failures: object[] = []
    for (const imageId of idsOf(input)) {
      const found = imageFor(imageId, await imagesOf(name, context))
      if (!('digest' in found)) {
        failures.push({ imageId, ...found })
        continue
      }
      const { digest: imageDigest, tags } = found
      const { imageTag } = imageId
      if (imageTag !== undefined && tags.length > 1) {
        await context.registry.removeTag(name, imageTag)
        imageIds.push({ imageDigest, imageTag })
        continue
      }
      await removeImage(name, found, context)
      imageIds.push(
        ...(tags.length === 0
          ? [{ imageDigest }]
          : tags.map((tag) => ({ imageDigest, imageTag: tag }))),
      )
    }
    return { imageIds, failures }
  },
}
