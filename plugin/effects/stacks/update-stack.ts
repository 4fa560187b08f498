import { recordOf, textOf } from '../../core/basics/is-record.ts'
import { asciiJson } from '../../core/template/mangled-text.ts'
import type { Template } from '../../core/template/template.ts'
import { ContainerImageError } from '../../errors.ts'
import { digestOf, hexOf } from '../../oci/digest.ts'
import type { Aws } from '../aws/client.ts'

/** CloudFormation takes no longer template in a request. */
const longestBody = 51_200

/**
 * Begins an update of a stack to a template, and changes nothing else of the stack: parameters have
 * their previous values; tags, role, notifications, alarms and policy stay, since AWS keeps what a
 * request does not name.
 * @param stack with the capabilities of its last deploy
 * @throws ContainerImageError TEMPLATE_TOO_LONG, and what AWS refuses
 */
export async function updateStack(
  aws: Aws,
  stack: { readonly name: string; readonly capabilities: readonly string[] },
  template: Template,
): Promise<void> {
  const body = asciiJson(template)
  const parameters = Object.keys(recordOf(template['Parameters'])).flatMap((key, index) => [
    [`Parameters.member.${index + 1}.ParameterKey`, key],
    [`Parameters.member.${index + 1}.UsePreviousValue`, 'true'],
  ])
  const capabilities = stack.capabilities.map((name, index) => [
    `Capabilities.member.${index + 1}`,
    name,
  ])
  const update = async (where: Readonly<Record<string, string>>): Promise<void> => {
    await aws.cloudformation(
      'UpdateStack',
      { StackName: stack.name, ...where, ...Object.fromEntries([...capabilities, ...parameters]) },
      `stack '${stack.name}'`,
    )
  }
  if (Buffer.byteLength(body) <= longestBody) return await update({ TemplateBody: body })
  const [bucket] = deploymentBuckets(template)
  if (bucket === undefined)
    throw new ContainerImageError(
      'TEMPLATE_TOO_LONG',
      `The template of stack '${stack.name}' has ${body.length} bytes, CloudFormation takes ${longestBody} in a request, and it names no bucket to put it into. Deploy it with arc.`,
    )
  await withObject(aws, bucket, body, (TemplateURL) => update({ TemplateURL }))
}

/** Where a deploy put the code of the template's functions, and so the template itself. */
export function deploymentBuckets({ Resources: resources }: Template): readonly string[] {
  const found = Object.values(resources).map(({ Properties: { CodeUri: code } = {} }) =>
    typeof code === 'string'
      ? /^s3:\/\/([^/]+)\//.exec(code)?.[1]
      : textOf(recordOf(code)['Bucket']),
  )
  return [...new Set(found.filter((bucket) => bucket !== undefined))]
}

/** CloudFormation reads a template before it answers, so the object goes again. */
async function withObject(
  aws: Aws,
  bucket: string,
  body: string,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const key = `arc-images-${hexOf(digestOf(body), 32)}.json`
  const resource = `bucket '${bucket}'`
  const path = `/${bucket}/${key}`
  await aws.s3('PutObject', { method: 'PUT', path, query: {}, body }, resource)
  try {
    // By path: a bucket whose name has a dot has no certificate of its own.
    const domain = aws.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
    await use(`https://s3.${aws.region}.${domain}${path}`)
  } finally {
    // What cannot be removed is removed by a later deploy, as all that is older than a week.
    await aws
      .s3('DeleteObject', { method: 'DELETE', path, query: {} }, resource)
      .catch(() => undefined)
  }
}
