import type { Problem } from '../../errors.ts'
import type { ArchitectApp } from '../arc/architect-app.ts'
import { formatFunction } from '../arc/function-kinds.ts'
import { isRecord, textOf } from '../basics/is-record.ts'
import type { FunctionRequest } from '../model.ts'
import { stackObstacle } from '../stack/stack-obstacle.ts'
import type { LiveFunction } from '../template/live-functions.ts'
import type { Resource, Template } from '../template/template.ts'

/** A stack as it is deployed. */
export interface LiveStackState {
  readonly stackName: string
  /** CloudFormation's `StackStatus`; absent when there is no stack. */
  readonly status?: string
  readonly functions: readonly LiveFunctionState[]
  /** As it was deployed, in JSON; absent when there is no stack. */
  readonly template?: string
}

/** A function of the deployed template, as far as it is compared. */
export type LiveFunctionState = Pick<LiveFunction, 'logicalId' | 'packageType' | 'arcMetadata'>

/** What a deploy is about to make. */
export interface NextStack {
  readonly app: ArchitectApp
  /** Architect's template, in which no function of ours is rewritten yet. */
  readonly template: Template
  /** Logical ids of the functions that get images. */
  readonly images: ReadonlySet<string>
  /** Functions whose lines say that they are to be zips. */
  readonly zips: readonly FunctionRequest[]
}

/**
 * What is live against what is about to be. A flag that went missing is never seen in app.arc alone;
 * here it is a function that runs an image and would become a zip.
 */
export function compareLive(live: LiveStackState, next: NextStack): readonly Problem[] {
  const obstacle = stackObstacle(live.stackName, live.status)
  const backToZip = live.functions
    .filter(({ packageType }) => packageType === 'Image')
    .flatMap((one) => backToZipProblem(one, live.stackName, next) ?? [])
  return obstacle === undefined ? backToZip : [obstacle, ...backToZip]
}

function backToZipProblem(
  live: LiveFunctionState,
  stackName: string,
  { app, template, images, zips }: NextStack,
): Problem | undefined {
  const [logicalId = '', resource] = successorOf(live, template) ?? []
  if (resource === undefined || images.has(logicalId)) return undefined
  if (resource.Properties?.['PackageType'] === 'Image') return undefined
  const key = keyOf(resource['ArcMetadata'])
  const own = app.functions.find(({ metadataPragma, name }) => `${metadataPragma} ${name}` === key)
  if (own === undefined) return undefined
  if (zips.some(({ pragma, name }) => pragma === own.pragma && name === own.name)) return undefined
  const line = formatFunction(own.pragma, own.name)
  const message = `${app.manifest}: '${line}' runs an image in stack ${stackName}, and no line puts it into one now, so this deploy would make it a zip. Write '${line} IMAGE' under @container-images, or '${line} zip' if it is to be a zip from now on.`
  return { code: 'FUNCTION_BACK_TO_ZIP', message }
}

/** The same function in the template to come; `undefined` when it is deleted. */
function successorOf(
  { logicalId, arcMetadata }: LiveFunctionState,
  { Resources: resources }: Template,
): readonly [string, Resource] | undefined {
  const same = Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined
  if (same !== undefined) return [logicalId, same]
  const key = keyOf(arcMetadata)
  if (key === undefined) return undefined
  return Object.entries(resources).find(([, { ArcMetadata: other }]) => keyOf(other) === key)
}

function keyOf(metadata: unknown): string | undefined {
  if (!isRecord(metadata) || metadata['name'] === undefined) return undefined
  return `${textOf(metadata['pragma'])} ${textOf(metadata['name'])}`
}
