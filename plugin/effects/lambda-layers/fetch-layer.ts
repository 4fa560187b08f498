import { createHash } from 'node:crypto'

import { recordOf, textOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Aws } from '../aws/client.ts'

/**
 * The zip of a Lambda layer version, as AWS keeps it.
 * @param arn of the version
 * @throws ContainerImageError AWS_DENIED, AWS_FAILED
 */
export async function fetchLayer(aws: Aws, arn: string): Promise<Buffer> {
  const query = { find: 'LayerVersion', Arn: arn }
  const answer = await aws.lambda('GetLayerVersion', { path: '/2018-10-31/layers', query }, arn)
  const content = recordOf(answer['Content'])
  const location = textOf(content['Location']) ?? ''
  const failed = (seen: string, cause?: unknown): ContainerImageError =>
    new ContainerImageError(
      'AWS_FAILED',
      `The content of ${arn} could not be fetched: ${seen}. Try again, or write 'layers drop' under @images.`,
      { cause },
    )
  const response = await fetch(location).catch((cause: unknown) => {
    throw failed(cause instanceof Error ? cause.message : String(cause), cause)
  })
  if (!response.ok) throw failed(`S3 answered ${response.status}`)
  const zip = Buffer.from(await response.arrayBuffer())
  const digest = createHash('sha256').update(zip).digest('base64')
  if (digest !== content['CodeSha256']) throw failed(`its sha256 is not what Lambda says of it`)
  return zip
}
