import { imageFunction } from './image-function.ts'
import { isRecord } from './template.ts'
import { zipFunction } from './zip-function.ts'
import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'

/** What Lambda makes of a function's properties: a pinned image and whether it would start. */
export interface FunctionVerdict {
  readonly packageType: 'Zip' | 'Image'
  readonly resolvedImageUri?: string
  readonly startError?: string
}

const environmentLimit = 4096

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
