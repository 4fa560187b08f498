import { isRecord, type Resource, type Template } from './template.ts'

/** Globals.Function under a function's own properties: maps merge, lists join, the rest yields. */
export function withGlobals(
  template: Template,
  properties: Resource['Properties'],
): Resource['Properties'] {
  const globals = template.globals['Function']
  return isRecord(globals) ? merge(globals, properties) : properties
}

function merge(
  globals: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...globals, ...own }
  for (const [key, value] of Object.entries(globals)) {
    const local = own[key]
    if (Array.isArray(value) && Array.isArray(local)) merged[key] = [...value, ...local]
    else if (isRecord(value) && isRecord(local)) merged[key] = merge(value, local)
  }
  return merged
}

/** Python's idea of a value that counts: an empty list or object does not. */
function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return isRecord(value) ? Object.keys(value).length > 0 : Boolean(value)
}

function codeFault(properties: Resource['Properties']): string | undefined {
  const { CodeUri: code, InlineCode: inline } = properties
  if ((code === undefined) === (inline === undefined))
    return "Only one of 'InlineCode' or 'CodeUri' can be set."
  if (inline !== undefined || isRecord(code)) return undefined
  if (typeof code === 'string' && /^s3:\/\/[^/]+\/.+/.test(code)) return undefined
  return "'CodeUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter."
}

/** What the transform says of one function, as aws-sam-translator 1.110 and 1.115 said it when run. */
function faultOf(properties: Resource['Properties']): string | undefined {
  const packageType = properties['PackageType'] ?? 'Zip'
  const { Runtime, Handler, Layers, ImageConfig, ImageUri } = properties
  if (packageType === 'Image') {
    if (!isSet(ImageUri)) return "'ImageUri' must be set."
    return [Runtime, Handler, Layers].some(isSet)
      ? 'Runtime, Handler, Layers cannot be present when PackageType is of type `Image`'
      : undefined
  }
  if (packageType !== 'Zip')
    return `invalid 'PackageType' : ${JSON.stringify(packageType).replaceAll('"', '')}`
  const code = codeFault(properties)
  if (code !== undefined) return code
  if (!isSet(Runtime) || !isSet(Handler))
    return 'Runtime and Handler needs to be present when PackageType is of type `Zip`'
  return isSet(ImageConfig)
    ? 'ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`'
    : undefined
}

/** The stack's reason when AWS::Serverless-2016-10-31 refuses the template; undefined: it does not. */
export function transformFault(template: Template): string | undefined {
  const serverless = Object.entries(template.resources).filter(
    ([, { Type }]) => Type === 'AWS::Serverless::Function',
  )
  const faults = serverless.flatMap(([logicalId, resource]) => {
    const fault = faultOf(withGlobals(template, resource.Properties))
    return fault === undefined ? [] : [`Resource with id [${logicalId}] is invalid. ${fault}`]
  })
  if (faults.length === 0) return undefined
  return `Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: ${faults.length}. ${faults.join(' ')}`
}
