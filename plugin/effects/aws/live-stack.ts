import { isRecord } from '../../core/basics/is-record.ts'
import type { LiveStackState } from '../../core/plan/compare-live.ts'
import { heldDigests, type StackImages } from '../../core/retention/stack-images.ts'
import { ContainerImageError } from '../../errors.ts'
import { awsCodeOf } from './aws-error.ts'
import type { Aws } from './client.ts'

/** A function as the deployed template has it. */
export interface LiveFunction {
  readonly logicalId: string
  readonly packageType: 'Zip' | 'Image'
  /** As written in the template, an intrinsic when it is one. */
  readonly imageUri?: unknown
  readonly architectures: readonly string[]
  /** Architect's own mark, from which a function is known under another logical id. */
  readonly arcMetadata?: Readonly<Record<string, unknown>>
  /** The resource's `Metadata`. */
  readonly metadata?: Readonly<Record<string, unknown>>
}

export type LiveStack =
  | {
      readonly kind: 'live'
      readonly functions: ReadonlyMap<string, LiveFunction>
      /** As it was deployed. */
      readonly template: string
    }
  /** AWS did not let it be read; `reason` is for people. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly error?: unknown }

function functionOf(logicalId: string, resource: unknown): LiveFunction | undefined {
  if (!isRecord(resource) || !/^AWS::(Serverless|Lambda)::Function$/.test(String(resource['Type'])))
    return undefined
  const properties = isRecord(resource['Properties']) ? resource['Properties'] : {}
  const { ArcMetadata: arcMetadata, Metadata: metadata } = resource
  const code = isRecord(properties['Code']) ? properties['Code'] : {}
  const imageUri = properties['ImageUri'] ?? code['ImageUri']
  const architectures = properties['Architectures']
  return {
    logicalId,
    packageType: properties['PackageType'] === 'Image' ? 'Image' : 'Zip',
    architectures: Array.isArray(architectures) ? architectures.map(String) : ['x86_64'],
    ...(imageUri !== undefined && { imageUri }),
    ...(isRecord(arcMetadata) && { arcMetadata }),
    ...(isRecord(metadata) && { metadata }),
  }
}

function parseFunctions(body: string): Map<string, LiveFunction> | undefined {
  let template: unknown
  try {
    template = JSON.parse(body)
  } catch {
    return undefined
  }
  if (!isRecord(template) || !isRecord(template['Resources'])) return undefined
  const functions = Object.entries(template['Resources']).map(([logicalId, resource]) =>
    functionOf(logicalId, resource),
  )
  return new Map(functions.flatMap((found) => (found ? [[found.logicalId, found]] : [])))
}

/**
 * The functions of the deployed stack; `undefined` when there is no such stack. It serves reports,
 * so a refusal by AWS is a result, not an error. Original is the stage that still has ArcMetadata.
 */
export async function readLiveStack(options: {
  readonly aws: Aws
  readonly stackName: string
}): Promise<LiveStack | undefined> {
  const { aws, stackName } = options
  const parameters = { StackName: stackName, TemplateStage: 'Original' }
  try {
    const answer = await aws.cloudformation('GetTemplate', parameters, `stack '${stackName}'`)
    const template = String(answer['TemplateBody'])
    const functions = parseFunctions(template)
    if (functions !== undefined) return { kind: 'live', functions, template }
    return { kind: 'unreadable', reason: `The template of stack '${stackName}' is not JSON.` }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const missing = awsCodeOf(error) === 'ValidationError' && reason.includes('does not exist')
    return missing ? undefined : { kind: 'unreadable', reason, error }
  }
}

/** The stack as a deploy compares itself with it. Without its template no deploy goes on. */
export function liveStackState(
  stackName: string,
  status: string | undefined,
  live: LiveStack | undefined,
): LiveStackState {
  if (live?.kind === 'unreadable') throw unreadable(live)
  const functions = [...(live?.functions.values() ?? [])]
  return { stackName, functions, ...(status !== undefined && { status }) }
}

function unreadable({ reason, error }: LiveStack & { readonly kind: 'unreadable' }): unknown {
  return error ?? new ContainerImageError('AWS_FAILED', `${reason} Deploy it with arc.`)
}

/**
 * What the stack runs and would roll back to, by its deployed template alone. Without it no deploy
 * goes on: the image of the next rollback would be forgotten.
 */
export function liveImages(name: string, live: LiveStack | undefined): StackImages {
  if (live?.kind === 'unreadable') throw unreadable(live)
  return heldDigests({
    name,
    // Whether it is at rest is asked when something depends on it.
    status: live === undefined ? 'DELETE_COMPLETE' : 'UPDATE_COMPLETE',
    template: live?.template,
    functions: [],
  })
}
