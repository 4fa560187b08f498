import { randomUUID } from 'node:crypto'

import { type Answer, restJsonAnswer } from '../answer.ts'
import type { Call } from '../call.ts'
import { imageFunction } from '../cloudformation/image-function.ts'
import type { DeployedFunction } from '../cloudformation/stack.ts'
import { isRecord } from '../cloudformation/template.ts'
import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { configuration, functionArn } from './configuration.ts'
import { type FunctionUpdate, revisionOf, runningFunction } from './function-update.ts'

/** Members of `UpdateFunctionCodeRequest` in botocore's model, and what each is. */
const members: Readonly<Record<string, 'string' | 'boolean' | 'list'>> = {
  ImageUri: 'string',
  Architectures: 'list',
  DryRun: 'boolean',
  Publish: 'boolean',
  RevisionId: 'string',
  S3Bucket: 'string',
  S3Key: 'string',
  ZipFile: 'string',
}

/** For the journal: the body's members, without code. */
export function updateParameters(body: Buffer): Readonly<Record<string, unknown>> {
  const { ZipFile: _, ...rest } = parseBody(body)
  return rest
}

function parseBody(body: Buffer): Record<string, unknown> {
  const input: unknown = body.length === 0 ? {} : JSON.parse(body.toString())
  if (isRecord(input)) return input
  throw new AwsFault('SerializationException', 'the body is not an object')
}

function checkMembers(input: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(input)) {
    const wanted = members[name]
    if (wanted === undefined)
      throw new AwsFault('NotImplemented', `The stand-in of AWS does not know '${name}'.`, 501)
    const kind = Array.isArray(value) ? 'list' : typeof value
    if (kind !== wanted) throw new AwsFault('SerializationException', `${name} is a ${kind}`)
  }
}

/** Texts as public threads quote them, or from memory of Lambda's API. */
function checkFunction(
  found: DeployedFunction,
  input: Readonly<Record<string, unknown>>,
  current: FunctionUpdate,
  context: Context,
): void {
  if (current.looksLeft > 0)
    throw new AwsFault(
      'ResourceConflictException',
      `The operation cannot be performed at this time. An update is in progress for resource: ${functionArn(found.functionName, context)}`,
      409,
    )
  if (input['RevisionId'] !== undefined && input['RevisionId'] !== current.revision)
    throw new AwsFault(
      'PreconditionFailedException',
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
      412,
    )
  if (found.packageType === 'Zip')
    throw new AwsFault(
      'InvalidParameterValueException',
      'Please do not provide ImageUri when updating a function with packageType Zip.',
    )
  if (input['ImageUri'] === undefined)
    throw new AwsFault(
      'InvalidParameterValueException',
      'Please provide ImageUri when updating a function with packageType Image.',
    )
}

/** Of images; what the stack deployed stays as it is, as CloudFormation is not told. */
export async function updateFunctionCode(
  found: DeployedFunction,
  call: Call,
  context: Context,
): Promise<Answer> {
  const input = parseBody(call.body)
  checkMembers(input)
  if (input['Publish'] === true)
    throw new AwsFault('NotImplemented', 'The stand-in of AWS publishes no versions.', 501)
  const { functionName } = found
  const current = revisionOf(functionName, context)
  checkFunction(found, input, current, context)
  const { ImageUri, Architectures = found.properties['Architectures'] } = input
  const properties = { ...found.properties, ImageUri, Architectures }
  const { resolvedImageUri = '', startError } = await imageFunction(properties, context, 'update')
  const code = {
    imageUri: String(ImageUri),
    resolvedImageUri,
    ...(startError !== undefined && { startError }),
  }
  const taken = {
    revision: randomUUID(),
    modified: context.now(),
    looksLeft: context.behaviour.looksUntilUpdated,
  }
  const failure = context.behaviour.updateFailure?.(functionName)
  if (input['DryRun'] !== true)
    context.state.functionUpdates[functionName] =
      failure === undefined
        ? { ...taken, code }
        : { ...taken, failure, ...(current.code && { code: current.code }) }
  const running = runningFunction(found, context.state)
  return restJsonAnswer(configuration(running, revisionOf(functionName, context), context))
}
