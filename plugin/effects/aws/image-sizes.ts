import { isRecord } from '../../core/basics/is-record.ts'
import { awsCodeOf } from './aws-error.ts'
import type { Aws } from './client.ts'

/** Compressed bytes as ECR counts them; `undefined` when the image is not there any more. */
export async function imageSize(aws: Aws, imageUri: string): Promise<number | undefined> {
  const [, repositoryName = '', imageDigest = ''] = /^[^/]+\/(.+)@(.+)$/.exec(imageUri) ?? []
  if (imageDigest === '') return undefined
  try {
    const input = { repositoryName, imageIds: [{ imageDigest }] }
    const answer = await aws.ecr('DescribeImages', input, `repository '${repositoryName}'`)
    const details: unknown = answer['imageDetails']
    const [first]: unknown[] = Array.isArray(details) ? details : []
    const size = isRecord(first) ? first['imageSizeInBytes'] : undefined
    return typeof size === 'number' ? size : undefined
  } catch (error) {
    const code = awsCodeOf(error)
    if (code === 'ImageNotFoundException' || code === 'RepositoryNotFoundException')
      return undefined
    throw error
  }
}
