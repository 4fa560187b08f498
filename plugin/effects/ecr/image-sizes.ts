import { isRecord } from '../../core/basics/is-record.ts'
import { parsePinned } from '../../oci/reference.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'
import { isDenial } from '../aws/denials.ts'

/**
 * Compressed bytes as ECR counts them; `undefined` when the image is no longer there, or is in a
 * repository that is not for this role to read, as staging's is not for a preview's.
 */
export async function imageSize(aws: Aws, imageUri: string): Promise<number | undefined> {
  const pinned = parsePinned(imageUri)
  if (pinned === undefined) return undefined
  const repositoryName = pinned.name.slice(pinned.name.indexOf('/') + 1)
  try {
    const input = { repositoryName, imageIds: [{ imageDigest: pinned.digest }] }
    const answer = await aws.ecr('DescribeImages', input, `repository '${repositoryName}'`)
    const details: unknown = answer['imageDetails']
    const [first]: unknown[] = Array.isArray(details) ? details : []
    const size = isRecord(first) ? first['imageSizeInBytes'] : undefined
    return typeof size === 'number' ? size : undefined
  } catch (error) {
    if (isDenial(error)) return undefined
    const code = awsCodeOf(error)
    if (code === 'ImageNotFoundException' || code === 'RepositoryNotFoundException')
      return undefined
    throw error
  }
}
