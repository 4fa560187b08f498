import { isRecord, recordOf, textsOf } from '../../core/basics/is-record.ts'
import { isOwnTag } from '../../core/image/tag.ts'
import {
  pullable,
  type StoredArtifact,
  type StoredContents,
  type StoredImage,
} from '../../core/retention/stored-image.ts'
import { ContainerImageError } from '../../errors.ts'
import { type Digest, parseDigest } from '../../oci/digest.ts'
import { mediaTypes } from '../../oci/media-types.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'
import { fieldOf } from '../aws/members.ts'

/** ECR's limit on one BatchDeleteImage. */
const atOnce = 100

/** Without it ECR says nothing of images that are archived or on their way back. */
const filter = { imageStatus: 'ANY' }

/** Everything in a repository, of every page; nothing when there is no repository. */
export async function listContents(aws: Aws, name: string): Promise<StoredContents> {
  const images: StoredImage[] = []
  const artifacts: StoredArtifact[] = []
  try {
    for (let nextToken: string | undefined; ;) {
      const page = { maxResults: 1000, ...(nextToken && { nextToken }) }
      const input = { repositoryName: name, filter, ...page }
      const answer = await aws.ecr('DescribeImages', input, `repository '${name}'`)
      for (const detail of Array.isArray(answer['imageDetails']) ? answer['imageDetails'] : []) {
        const image = imageOf(detail)
        const artifact = artifactOf(recordOf(detail), image)
        if (artifact === undefined) images.push(image)
        else artifacts.push(artifact)
      }
      nextToken = fieldOf(answer, 'nextToken')
      if (nextToken === '') return { images, artifacts }
    }
  } catch (error) {
    if (awsCodeOf(error) === 'RepositoryNotFoundException') return { images, artifacts }
    throw error
  }
}

/** Every image of a repository, archived ones among them. */
export async function listImages(aws: Aws, name: string): Promise<readonly StoredImage[]> {
  return (await listContents(aws, name)).images
}

/** Which image each tag names, of those that can be pulled. */
export function digestsByTag(images: readonly StoredImage[]): ReadonlyMap<string, Digest> {
  return new Map(
    pullable(images).flatMap(({ tags, digest }) => tags.map((tag) => [tag, digest] as const)),
  )
}

/** What each tag names that nothing can pull. */
export function archivedByTag(images: readonly StoredImage[]): ReadonlyMap<string, StoredImage> {
  const archived = images.filter(({ status }) => status !== undefined)
  return new Map(archived.flatMap((image) => image.tags.map((tag) => [tag, image] as const)))
}

/**
 * Removes tags, never images by their digest: with its last tag ECR deletes the image itself.
 * A tag that is gone already is as good as removed.
 */
export async function removeTags(aws: Aws, name: string, tags: readonly string[]): Promise<void> {
  for (let start = 0; start < tags.length; start += atOnce) {
    const imageIds = tags.slice(start, start + atOnce).map((imageTag) => ({ imageTag }))
    const input = { repositoryName: name, imageIds }
    const answer = await aws.ecr('BatchDeleteImage', input, `repository '${name}'`)
    const failures = Array.isArray(answer['failures']) ? answer['failures'].filter(isRecord) : []
    const failed = failures.filter((each) => fieldOf(each, 'failureCode') !== 'ImageNotFound')
    if (failed.length > 0) throw notRemoved(name, failed)
  }
}

function imageOf(detail: unknown): StoredImage {
  const entry = recordOf(detail)
  const pushedAt = entry['imagePushedAt']
  const size = entry['imageSizeInBytes']
  if (typeof pushedAt !== 'number')
    throw new ContainerImageError(
      'AWS_FAILED',
      'ecr:DescribeImages gave an image without its time. Look at AWS_ENDPOINT_URL if it is set.',
    )
  return {
    digest: parseDigest(fieldOf(entry, 'imageDigest')),
    tags: textsOf(entry['imageTags']),
    pushedAt: pushedAt * 1000,
    size: typeof size === 'number' ? size : 0,
    ...statusOf(entry),
  }
}

/** What ECR does not say, as before it had an archive, can be pulled. */
function statusOf(entry: Readonly<Record<string, unknown>>): Pick<StoredImage, 'status'> {
  const status = fieldOf(entry, 'imageStatus')
  if (status === 'ARCHIVED') return { status: 'archived' }
  return status === 'ACTIVATING' ? { status: 'activating' } : {}
}

const configTypes = new Set<string>(Object.values(mediaTypes).map(({ config }) => config))

/** What has a tag of ours is an image, whatever it says of itself. */
function artifactOf(
  entry: Readonly<Record<string, unknown>>,
  { digest, tags, pushedAt, size }: StoredImage,
): StoredArtifact | undefined {
  const subject = fieldOf(entry, 'subjectManifestDigest')
  const type = fieldOf(entry, 'artifactMediaType')
  const isImage = subject === '' && (type === '' || configTypes.has(type))
  if (isImage || tags.some(isOwnTag)) return undefined
  const stored = { digest, tags, pushedAt, size }
  return { ...stored, type, ...(subject !== '' && { subject: parseDigest(subject) }) }
}

function notRemoved(
  name: string,
  failed: readonly Readonly<Record<string, unknown>>[],
): ContainerImageError {
  const lines = failed.map((each) => {
    const id = isRecord(each['imageId']) ? fieldOf(each['imageId'], 'imageTag') : ''
    return `- ${id}: ${fieldOf(each, 'failureCode')}: ${fieldOf(each, 'failureReason')}`
  })
  return new ContainerImageError(
    'AWS_FAILED',
    `ecr:BatchDeleteImage on repository '${name}' left tags in place:\n${lines.join('\n')}`,
  )
}
