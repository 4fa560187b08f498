import type { Context } from '../context.ts'
import type { StackRecord } from './stack.ts'
import { isRecord } from './template.ts'

/** Why CloudFormation takes a template and changes nothing all the same. */
export interface FailedValidation {
  readonly logicalId: string
  readonly type: string
  readonly name: string
  readonly reason: string
  readonly path: string
}

type Properties = Readonly<Record<string, unknown>>

/** Of AWS::Lambda::Function's schema, that which SAM hands on as it is. */
const imageConfig: Readonly<Record<string, 'array' | 'string'>> = {
  EntryPoint: 'array',
  Command: 'array',
  WorkingDirectory: 'string',
}

/**
 * What is validated before anything is changed, as far as functions go: properties by their schema,
 * names that are taken. Names of validations and the text of the second as public threads quote
 * them; the text of the first from memory of CloudFormation's older messages.
 */
export function validateFunction(
  logicalId: string,
  properties: Properties,
  stack: StackRecord,
  { state }: Context,
): FailedValidation | undefined {
  const type = 'AWS::Lambda::Function'
  const at = `/Resources/${logicalId}/Properties`
  const wrong = wrongImageConfig(properties['ImageConfig'])
  if (wrong !== undefined) {
    const [key, reason] = wrong
    const name = 'AWS::EarlyValidation::PropertyValidation'
    return { logicalId, type, name, reason, path: `${at}/ImageConfig${key}` }
  }
  const wanted = properties['FunctionName']
  const isNew = stack.deployment.functions[logicalId] === undefined
  if (isNew && state.functions.some(({ functionName }) => functionName === wanted))
    return {
      logicalId,
      type,
      name: 'AWS::EarlyValidation::ResourceExistenceCheck',
      reason: `Resource of type '${type}' with identifier '${String(wanted)}' already exists.`,
      path: `${at}/FunctionName`,
    }
  return undefined
}

function wrongImageConfig(config: unknown): readonly [key: string, reason: string] | undefined {
  if (config === undefined) return undefined
  if (!isRecord(config)) return ['', '#/ImageConfig: expected type: JSONObject']
  for (const [key, value] of Object.entries(config)) {
    const wanted = imageConfig[key]
    if (wanted === undefined)
      return [`/${key}`, `#/ImageConfig: extraneous key [${key}] is not permitted`]
    const fits = wanted === 'array' ? isTexts(value) : typeof value === 'string'
    if (!fits) return [`/${key}`, `#/ImageConfig/${key}: expected type: ${wanted}`]
  }
  return undefined
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 1500 && value.every((x) => typeof x === 'string')
}

/** What the stack itself says of it. */
export function validationReason(failed: readonly FailedValidation[]): string {
  const names = [...new Set(failed.map(({ name }) => name))].join(', ')
  return `The following hook(s)/validation failed: [${names}]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.`
}
