import type { Context } from '../context.ts'
import { AwsFault, isAwsFault } from '../fault.ts'
import { parseAddress, readObject } from '../s3.ts'
import { parseTemplate, type Template } from './template.ts'

/** Bytes of a template in a request. */
const largestBody = 51_200

/** Each names the template of a request in its way, and exactly one has to. */
const ways = ['TemplateBody', 'TemplateURL', 'UsePreviousTemplate'] as const

/**
 * The template that a request names.
 * @param previous what the stack has; absent when it is made
 */
export async function requestTemplate(
  parameters: URLSearchParams,
  context: Context,
  previous?: string,
): Promise<Template> {
  const [way, other] = ways.filter((name) => parameters.has(name))
  if (way === undefined || other !== undefined)
    throw new AwsFault('ValidationError', 'Either Template URL or Template Body must be specified.')
  const value = parameters.get(way) ?? ''
  if (way === 'UsePreviousTemplate') return parseTemplate(previous ?? '')
  if (way === 'TemplateURL') return parseTemplate(await read(value, context))
  if (Buffer.byteLength(value) > largestBody)
    throw new AwsFault(
      'ValidationError',
      `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${largestBody}`,
    )
  return parseTemplate(value)
}

async function read(address: string, context: Context): Promise<string> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol !== 'https:' || !/(^|\.)s3[.-]/.test(url.host))
    throw new AwsFault('ValidationError', 'TemplateURL must be a supported URL.')
  const virtual = parseAddress(url.host, url.pathname)
  const bytes = await readObject(context, virtual).catch((error: unknown) => {
    if (!isAwsFault(error)) throw error
    throw new AwsFault(
      'ValidationError',
      `S3 error: ${error.message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
    )
  })
  const { largestTemplate } = context.behaviour
  if (bytes.length > largestTemplate)
    throw new AwsFault(
      'ValidationError',
      `Template may not exceed ${largestTemplate} bytes in size.`,
    )
  return bytes.toString()
}
