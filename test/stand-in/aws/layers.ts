import { createHash } from 'node:crypto'

import { type Answer, restJsonAnswer } from './answer.ts'
import type { Call } from './call.ts'
import type { Context } from './context.ts'
import { AwsFault } from './fault.ts'

const folder = '/layer-versions/'

/** `GetLayerVersionByArn`, which IAM calls `lambda:GetLayerVersion`; texts as users quote them. */
export function answerLayerVersion(call: Call, { state, region }: Context): Answer {
  const arn = call.query.get('Arn') ?? ''
  const parts = /^arn:aws:lambda:([\w-]+):\d{12}:layer:[\w-]+:(\d+)$/.exec(arn)
  if (call.query.get('find') !== 'LayerVersion' || parts === null)
    throw new AwsFault(
      'ValidationException',
      `1 validation error detected: Value '${arn}' at 'arn' failed to satisfy constraint`,
      400,
    )
  const [, itsRegion, version] = parts
  const zip = state.layers[arn]
  if (itsRegion !== region || zip === undefined)
    throw new AwsFault(
      'ResourceNotFoundException',
      'The resource you requested does not exist.',
      404,
    )
  const bytes = Buffer.from(zip, 'base64')
  return restJsonAnswer({
    LayerVersionArn: arn,
    LayerArn: arn.slice(0, arn.lastIndexOf(':')),
    Version: Number(version),
    Content: {
      Location: `http://${call.host}${folder}${encodeURIComponent(arn)}?${signed(arn)}`,
      CodeSha256: createHash('sha256').update(bytes).digest('base64'),
      CodeSize: bytes.length,
    },
  })
}

/** What a presigned address of S3 gives to whoever has it, without credentials. */
export function answerPresigned(url: URL, { state }: Context): Answer | undefined {
  if (!url.pathname.startsWith(folder)) return undefined
  const arn = decodeURIComponent(url.pathname.slice(folder.length))
  const zip = state.layers[arn]
  if (zip === undefined || url.search !== `?${signed(arn)}`)
    return { status: 403, headers: {}, body: '<Error><Code>AccessDenied</Code></Error>' }
  return { status: 200, headers: {}, body: Buffer.from(zip, 'base64') }
}

function signed(arn: string): string {
  return `X-Amz-Signature=${createHash('sha256').update(`stand-in ${arn}`).digest('hex')}`
}
