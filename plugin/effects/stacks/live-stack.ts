import type { LiveStackState } from '../../core/plan/compare-live.ts'
import { stackObstacle } from '../../core/stack/stack-obstacle.ts'
import { heldDigests, type StackImages } from '../../core/retention/stack-images.ts'
import type { Digest } from '../../oci/digest.ts'
import { type LiveFunction, parseFunctions } from '../../core/template/live-functions.ts'
import { ContainerImageError } from '../../errors.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'

export type LiveStack =
  | {
      readonly kind: 'live'
      readonly functions: ReadonlyMap<string, LiveFunction>
      /** As it was deployed. */
      readonly template: string
    }
  /** AWS did not let it be read; `reason` is for people. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly error?: unknown }

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
    if (functions !== undefined)
      return { kind: 'live', functions: byLogicalId(functions), template }
    return { kind: 'unreadable', reason: `The template of stack '${stackName}' is not JSON.` }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const missing = awsCodeOf(error) === 'ValidationError' && reason.includes('does not exist')
    return missing ? undefined : { kind: 'unreadable', reason, error }
  }
}

function byLogicalId(functions: readonly LiveFunction[]): ReadonlyMap<string, LiveFunction> {
  return new Map(functions.map((found) => [found.logicalId, found]))
}

/** The digests that the deployed template names, by logical id; none of what cannot be read. */
export function deployedDigests(live: LiveStack | undefined): ReadonlyMap<string, Digest> {
  const functions = live?.kind === 'live' ? [...live.functions.values()] : []
  return new Map(
    functions.flatMap(({ logicalId, image }) =>
      image?.runs === undefined ? [] : [[logicalId, image.runs] as const],
    ),
  )
}

/**
 * The stack as a deploy compares itself with it. Without its template no deploy goes on; a stack that
 * no deploy can update is told by its state, since some of these have no template yet.
 */
export function liveStackState(
  stackName: string,
  status: string | undefined,
  live: LiveStack | undefined,
): LiveStackState {
  const known = live?.kind === 'unreadable' ? undefined : live
  if (live?.kind === 'unreadable' && stackObstacle(stackName, status) === undefined)
    throw unreadable(live)
  const functions = [...(known?.functions.values() ?? [])]
  return {
    stackName,
    functions,
    ...(known !== undefined && { template: known.template }),
    ...(status !== undefined && { status }),
  }
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
