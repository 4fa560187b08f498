import { randomBytes } from 'node:crypto'

import type { Context } from '../context.ts'
import { isAwsFault } from '../fault.ts'
import { forgetUpdate } from '../lambda-functions/function-update.ts'
import { type FailedValidation, validateFunction, validationReason } from './early-validation.ts'
import { judgeFunction } from './lambda-function.ts'
import { resolve } from './resolve.ts'
import { firstLost } from './rollback.ts'
import { roleCalls } from './role-calls.ts'
import { scopeOf } from './scope.ts'
import { transformFault, withGlobals } from './sam.ts'
import type {
  DeployedFunction,
  Deployment,
  Happening,
  StackRecord,
  StackResource,
} from './stack.ts'
import { isRecord, parseTemplate, type Resource, type Template } from './template.ts'

type Outcome =
  | {
      readonly kind: 'deployed'
      readonly deployment: Deployment
      readonly replaced: boolean
      readonly events: readonly Happening[]
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly events: readonly Happening[] }
  | {
      readonly kind: 'rollback failed'
      readonly reason: string
      readonly events: readonly Happening[]
    }

const translatedTypes: Record<string, string> = {
  'AWS::Serverless::Function': 'AWS::Lambda::Function',
  'AWS::Serverless::HttpApi': 'AWS::ApiGatewayV2::Api',
  'AWS::Serverless::SimpleTable': 'AWS::DynamoDB::Table',
}

function typeOf(resource: Resource): string {
  return translatedTypes[resource.Type] ?? resource.Type
}

function physicalId(stack: StackRecord, logicalId: string, type: string): string {
  const suffix = randomBytes(6).toString('hex').toUpperCase()
  const id = `${stack.name.slice(0, 24)}-${logicalId.slice(0, 24)}-${suffix}`
  return type === 'AWS::S3::Bucket' ? id.toLowerCase() : id
}

/** The only resource beside functions that is more than a name: what is in a bucket can keep it. */
function makeBuckets(
  resources: Readonly<Record<string, StackResource>>,
  { state, region, now }: Context,
): void {
  for (const { type, physicalId: name } of Object.values(resources))
    if (type === 'AWS::S3::Bucket') state.buckets[name] ??= { created: now(), region, objects: {} }
}

function newResource(
  stack: StackRecord,
  logicalId: string,
  resource: Resource,
  { now }: Context,
): StackResource {
  const type = typeOf(resource)
  return { type, physicalId: physicalId(stack, logicalId, type), time: now() }
}

function isFunction({ Type }: Resource): boolean {
  return Type === 'AWS::Serverless::Function'
}

/** Globals merged in; the transform drops CodeUri beside an image. */
function translated(template: Template, resource: Resource): Resource['Properties'] {
  const properties = withGlobals(template, resource.Properties)
  if (properties['PackageType'] !== 'Image') return properties
  const { CodeUri: _, ...rest } = properties
  return rest
}

function validated({ logicalId, type, name, reason, path }: FailedValidation): Happening {
  return { logicalId, physicalId: '', type, status: '', validation: { name, reason, path } }
}

/** Everything that a deploy does after it was accepted: transform, functions, rollback. */
export async function deploy(
  stack: StackRecord,
  template: Template,
  context: Context,
): Promise<Outcome> {
  const fault = transformFault(template)
  if (fault !== undefined) return { kind: 'failed', reason: fault, events: [] }
  const before = stack.deployment
  const { mayDo = () => true } = context.behaviour
  const olds = before.template === '' ? {} : parseTemplate(before.template).resources
  const denied = (from: typeof olds, to: typeof olds) =>
    roleCalls(stack.name, from, to).find((wish) => !mayDo(wish))
  const refused = denied(olds, template.resources)
  const events: Happening[] = []
  const resources: Record<string, StackResource> = {}
  for (const [logicalId, resource] of Object.entries(template.resources)) {
    const known = before.resources[logicalId]
    resources[logicalId] =
      known?.type === typeOf(resource) ? known : newResource(stack, logicalId, resource, context)
  }
  const scope = scopeOf(stack, template, resources, context)
  const invalid = Object.entries(template.resources).flatMap(([logicalId, resource]) => {
    if (!isFunction(resource)) return []
    const properties = resolve(translated(template, resource), scope)
    if (!isRecord(properties)) return []
    return validateFunction(logicalId, properties, stack, context) ?? []
  })
  if (invalid.length > 0)
    return { kind: 'failed', reason: validationReason(invalid), events: invalid.map(validated) }
  const functions: Record<string, DeployedFunction> = {}
  const changed: DeployedFunction[] = []
  let failure: string | undefined = refused && `${refused.action} on ${refused.resource}`
  let replaced = false
  for (const [logicalId, resource] of Object.entries(template.resources)) {
    const old = before.functions[logicalId]
    const step = old === undefined ? 'create' : 'update'
    const verb = step === 'create' ? 'CREATE' : 'UPDATE'
    function record(status: string, reason?: string): void {
      const id = resources[logicalId]?.physicalId ?? ''
      const event = { logicalId, physicalId: id, type: typeOf(resource), status }
      events.push(reason === undefined ? event : { ...event, reason })
    }
    if (!isFunction(resource)) {
      if (before.resources[logicalId] === undefined) record('CREATE_COMPLETE')
      continue
    }
    const properties = resolve(translated(template, resource), scope)
    if (!isRecord(properties)) continue
    if (old !== undefined && JSON.stringify(old.properties) === JSON.stringify(properties)) {
      functions[logicalId] = old
      continue
    }
    record(`${verb}_IN_PROGRESS`)
    // A switch between Zip and Image replaces the function (@aws-cdk/aws-service-spec, PackageType).
    const packageType = properties['PackageType'] === 'Image' ? 'Image' : 'Zip'
    const replaces = old !== undefined && old.packageType !== packageType
    try {
      const verdict = await judgeFunction(properties, context, replaces ? 'create' : step)
      if (replaces) {
        replaced = true
        record(
          'UPDATE_IN_PROGRESS',
          'Requested update requires the creation of a new physical resource; hence creating one.',
        )
        resources[logicalId] = newResource(stack, logicalId, resource, context)
      }
      const functionName = resources[logicalId]?.physicalId ?? logicalId
      functions[logicalId] = { logicalId, functionName, properties, ...verdict }
      if (old !== undefined) changed.push(old)
      // Only where the code differs from the template before: else what Lambda runs stays.
      if (old?.properties['ImageUri'] !== properties['ImageUri'])
        forgetUpdate(functionName, context)
      record(`${verb}_COMPLETE`)
    } catch (error) {
      if (!isAwsFault(error)) throw error
      failure ??= logicalId
      record(
        `${verb}_FAILED`,
        `Resource handler returned message: "${error.message} (Service: Lambda, Status Code: ${error.status}, Request ID: stand-in)" (RequestToken: stand-in, HandlerErrorCode: ${error.status === 403 ? 'AccessDenied' : 'InvalidRequest'})`,
      )
    }
  }
  if (failure === undefined) {
    makeBuckets(resources, context)
    const outputs = Object.fromEntries(
      Object.entries(template.outputs).map(([name, output]) => [
        name,
        String(resolve(isRecord(output) ? output['Value'] : '', scope)),
      ]),
    )
    const deployment = { template: template.text, functions, resources, outputs }
    return { kind: 'deployed', deployment, replaced, events }
  }
  const step = before.template === '' ? 'create' : 'update'
  const reason =
    step === 'create'
      ? `The following resource(s) failed to create: [${failure}]. Rollback requested by user.`
      : `The following resource(s) failed to update: [${failure}].`
  // Roles that were not reached need no way back.
  const back = refused === undefined ? denied(template.resources, olds) : undefined
  const lost =
    back === undefined
      ? await firstLost(changed, context)
      : `The following resource(s) failed to update: not authorized to perform ${back.action} on ${back.resource}.`
  return lost === undefined
    ? { kind: 'failed', reason, events }
    : { kind: 'rollback failed', reason: lost, events }
}
