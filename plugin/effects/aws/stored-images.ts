import { isRecord, recordOf, textsOf } from '../../core/basics/is-record.ts'
import type { StoredImage } from '../../core/retention/stored-image.ts'
import { ContainerImageError } from '../../errors.ts'
import { type Digest, parseDigest } from '../../oci/digest.ts'
import { awsCodeOf } from './aws-error.ts'
import type { Aws } from './client.ts'
import { fieldOf } from './members.ts'

/** ECR's limit on one BatchDeleteImage. */
const atOnce = 100

/** Every image of a repository, of every page; none when there is no repository. */
export async function listImages(aws: Aws, name: string): Promise<readonly StoredImage[]> {
  const images: StoredImage[] = []
  try {
    for (let nextToken: string | undefined; ;) {
      const input = { repositoryName: name, maxResults: 1000, ...(nextToken && { nextToken }) }
      const answer = await aws.ecr('DescribeImages', input, `repository '${name}'`)
      const details: unknown = answer['imageDetails']
      images.push(...(Array.isArray(details) ? details.map(imageOf) : []))
      nextToken = fieldOf(answer, 'nextToken')
      if (nextToken === '') return images
    }
  } catch (error) {
    if (awsCodeOf(error) === 'RepositoryNotFoundException') return []
    throw error
  }
}

/** Which image each tag names. */
export function digestsByTag(images: readonly StoredImage[]): ReadonlyMap<string, Digest> {
  return new Map(images.flatMap(({ tags, digest }) => tags.map((tag) => [tag, digest] as const)))
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
  }
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
