import { imageFunction } from './image-function.ts'
import { isRecord } from './template.ts'
import { zipFunction } from './zip-function.ts'
import { variableFault } from '../../../../plugin/core/environment/reserved.ts'
import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'

/** What Lambda makes of a function's properties: a pinned image and whether it would start. */
export interface FunctionVerdict {
  readonly packageType: 'Zip' | 'Image'
  readonly resolvedImageUri?: string
  readonly startError?: string
}

const environmentLimit = 4096

const maximumName = 64

/** Names and reserved ones as Lambda's API says no; texts as public threads quote them. */
function checkVariables(variables: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(variables)
  const reserved = names.filter((name) => variableFault(name) === 'Lambda reserves it')
  if (reserved.length > 0)
    throw new AwsFault(
      'InvalidParameterValueException',
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    )
  if (names.some((name) => variableFault(name) !== undefined))
    throw new AwsFault(
      'ValidationException',
      "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
    )
}

function checkName(name: unknown): void {
  if (typeof name !== 'string' || name.length <= maximumName) return
  throw new AwsFault(
    'ValidationException',
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${maximumName}`,
  )
}

function checkCommon(properties: Readonly<Record<string, unknown>>): void {
  const architectures = properties['Architectures']
  if (
    architectures !== undefined &&
    !(
      Array.isArray(architectures) &&
      architectures.length === 1 &&
      ['arm64', 'x86_64'].includes(String(architectures[0]))
    )
  )
    throw new AwsFault(
      'ValidationException',
      `1 validation error detected: Value '${JSON.stringify(architectures)}' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]`,
    )
  const variables = isRecord(properties['Environment'])
    ? properties['Environment']['Variables']
    : {}
  checkName(properties['FunctionName'])
  if (isRecord(variables)) checkVariables(variables)
  if (JSON.stringify(variables ?? {}).length > environmentLimit)
    throw new AwsFault(
      'InvalidParameterValueException',
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    )
}

/**
 * CreateFunction or UpdateFunctionCode as CloudFormation calls them for resolved properties.
 * @throws AwsFault with Lambda's own text
 */
export async function judgeFunction(
  properties: Readonly<Record<string, unknown>>,
  context: Context,
  step: 'create' | 'update',
): Promise<FunctionVerdict> {
  checkCommon(properties)
  return properties['PackageType'] === 'Image'
    ? await imageFunction(properties, context, step)
    : await zipFunction(properties, context)
}
