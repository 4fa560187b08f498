import { doubtfulTexts, mangled } from '../../core/template/mangled-text.ts'
import { readTemplate, type Template } from '../../core/template/template.ts'
import { ContainerImageError } from '../../errors.ts'
import { digestOf, hexOf } from '../../oci/digest.ts'
import type { Aws } from '../aws/client.ts'
import { readLiveStack } from './live-stack.ts'
import { deploymentBuckets } from './update-stack.ts'

/** As Architect calls the templates that it uploads: the hash of the text comes before it. */
const suffix = '-template.json'

/** So many of a bucket's templates are looked into, the newest first. */
const looks = 20

/**
 * The template of a stack as somebody sent it, to be sent again; `undefined` without a stack. What
 * CloudFormation gives out has a `?` for each character outside ASCII. So where there is one that may
 * be such, the text is taken from the deployment bucket, where Architect put it.
 * @throws ContainerImageError TEMPLATE_UNCERTAIN, AWS_FAILED for a template that is not JSON
 */
export async function readSubmittedTemplate(
  aws: Aws,
  stackName: string,
): Promise<Template | undefined> {
  const live = await readLiveStack({ aws, stackName })
  if (live === undefined) return undefined
  const template = live.kind === 'live' ? readTemplate(live.template) : undefined
  if (live.kind === 'unreadable' || template === undefined)
    throw (
      (live.kind === 'unreadable' ? live.error : undefined) ??
      new ContainerImageError('AWS_FAILED', `The template of stack '${stackName}' is not JSON.`)
    )
  const doubts = doubtfulTexts(template)
  if (doubts.length === 0) return template
  for (const bucket of deploymentBuckets(template)) {
    const text = await findText(aws, bucket, live.template)
    const found = text === undefined ? undefined : readTemplate(text)
    if (found !== undefined) return found
  }
  throw new ContainerImageError(
    'TEMPLATE_UNCERTAIN',
    `CloudFormation gives out the template of stack '${stackName}' with a '?' for each character outside ASCII, and the text as it was deployed is not in the deployment bucket any more. It cannot be told what stands here:\n- ${doubts.slice(0, 10).join('\n- ')}\nDeploy the checkout that you want with arc.`,
  )
}

/** The text that was uploaded and that CloudFormation would give out like this. */
async function findText(aws: Aws, bucket: string, seen: string): Promise<string | undefined> {
  const objects = await listTemplates(aws, bucket)
  const unchanged = `${hexOf(digestOf(seen))}${suffix}`
  if (objects.some(({ key }) => key === unchanged)) return seen
  const longer = objects.filter(({ size }) => size > seen.length).toSorted(newestFirst)
  for (const { key } of longer.slice(0, looks)) {
    const request = { method: 'GET', path: `/${bucket}/${key}`, query: {} } as const
    const text = await aws.s3('GetObject', request, `bucket '${bucket}'`).catch(() => undefined)
    if (text !== undefined && mangled(text) === seen) return text
  }
  return undefined
}

interface StoredTemplate {
  readonly key: string
  readonly size: number
  readonly modified: string
}

function newestFirst(one: StoredTemplate, other: StoredTemplate): number {
  return other.modified.localeCompare(one.modified)
}

/** Nothing where the bucket is gone, or is not ours to list: the text is then not known. */
async function listTemplates(aws: Aws, bucket: string): Promise<readonly StoredTemplate[]> {
  const found: StoredTemplate[] = []
  for (let token = ''; ;) {
    const query = { 'list-type': '2', ...(token !== '' && { 'continuation-token': token }) }
    const request = { method: 'GET', path: `/${bucket}/`, query } as const
    const xml = await aws.s3('ListObjectsV2', request, `bucket '${bucket}'`).catch(() => '')
    for (const [, entry = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      const key = textIn(entry, 'Key')
      const size = Number(textIn(entry, 'Size'))
      if (key.endsWith(suffix)) found.push({ key, size, modified: textIn(entry, 'LastModified') })
    }
    token = textIn(xml, 'NextContinuationToken')
    if (token === '') return found
  }
}

function textIn(xml: string, name: string): string {
  return new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1] ?? ''
}
