import { setTimeout as sleep } from 'node:timers/promises'

import { recordOf, textOf } from '../../core/basics/is-record.ts'
import { stackFate } from '../../core/stack/stack-fate.ts'
import { boundTemplate } from '../../core/template/boundary.ts'
import type { Template } from '../../core/template/template.ts'
import { ContainerImageError } from '../../errors.ts'
import { digestOf, hexOf } from '../../oci/digest.ts'
import type { Aws } from './client.ts'
import { findStack } from './stacks.ts'

/** CloudFormation takes no longer template in a request. */
const longestBody = 51_200

/** Half an hour at three seconds. */
const polls = 600
const pause = 3000

/**
 * Updates a stack to its own template with the boundary on every role, and waits for the end.
 * @throws ContainerImageError STACK_BUSY, STACK_NOT_BOUND
 */
export async function boundStack(options: {
  readonly aws: Aws
  readonly stackName: string
  /** As it is deployed. */
  readonly template: Template
  readonly boundary: string
}): Promise<void> {
  const { aws, stackName, template, boundary } = options
  const body = JSON.stringify(boundTemplate(template, boundary).template)
  const parameters = Object.keys(recordOf(template['Parameters'])).flatMap((key, index) => [
    [`Parameters.member.${index + 1}.ParameterKey`, key],
    [`Parameters.member.${index + 1}.UsePreviousValue`, 'true'],
  ])
  await aws.cloudformation(
    'UpdateStack',
    {
      StackName: stackName,
      ...(await templateParameter(aws, template, body)),
      'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
      'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
      ...Object.fromEntries(parameters),
    },
    `stack '${stackName}'`,
  )
  await untilUpdated(aws, stackName)
}

/** A long template goes where the deploy's own went: beside the code of its functions. */
async function templateParameter(
  aws: Aws,
  template: Template,
  body: string,
): Promise<Readonly<Record<string, string>>> {
  const size = Buffer.byteLength(body)
  if (size <= longestBody) return { TemplateBody: body }
  const bucket = Object.values(template.Resources)
    .map(({ Properties: properties = {} }) => bucketOf(properties['CodeUri']))
    .find((found) => found !== undefined)
  if (bucket === undefined)
    throw new ContainerImageError(
      'STACK_NOT_BOUND',
      `The template has ${size} bytes, CloudFormation takes ${longestBody} in a request, and it names no bucket to put it into. Give its roles the boundary in CloudFormation's console.`,
    )
  const key = `bound-${hexOf(digestOf(body)).slice(0, 32)}.json`
  const request = { method: 'PUT', path: `/${bucket}/${key}`, query: {}, body } as const
  await aws.s3('PutObject', request, `bucket '${bucket}'`)
  return { TemplateURL: `https://${bucket}.s3.${aws.region}.amazonaws.com/${key}` }
}

/** Of `s3://bucket/key`, as Architect writes it, or of `{ Bucket, Key }`. */
function bucketOf(codeUri: unknown): string | undefined {
  if (typeof codeUri !== 'string') return textOf(recordOf(codeUri)['Bucket'])
  return /^s3:\/\/([^/]+)\//.exec(codeUri)?.[1]
}

async function untilUpdated(aws: Aws, stackName: string): Promise<void> {
  for (let poll = 0; poll < polls; poll++) {
    const stack = await findStack(aws, stackName)
    if (stack?.status === 'UPDATE_COMPLETE') return
    if (stackFate(stack?.status) !== 'busy')
      throw new ContainerImageError(
        'STACK_NOT_BOUND',
        `Stack '${stackName}' is ${stack?.status ?? 'gone'}: ${stack?.reason ?? 'no reason given'}. Its roles are as they were. Look at its events in CloudFormation's console.`,
      )
    await sleep(pause)
  }
  throw new ContainerImageError(
    'STACK_BUSY',
    `Stack '${stackName}' is still at work after half an hour. Look at its events in CloudFormation's console, then run this again.`,
  )
}
