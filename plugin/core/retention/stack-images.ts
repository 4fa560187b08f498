import type { Digest } from '../../oci/digest.ts'
import { templateImages } from '../template/live-functions.ts'
import { stackKind, type StackKind } from './stack-status.ts'

/** The images that Lambda itself resolved for one function. */
interface LambdaImages {
  readonly logicalId: string
  /** Digests of `ResolvedImageUri`: of `$LATEST` first, then of every published version. */
  readonly digests: readonly Digest[]
}

/** One stack, as CloudFormation and Lambda tell it. */
export interface DeployedStack {
  readonly name: string
  /** `StackStatus`; `DELETE_COMPLETE` for a stack that does not exist. */
  readonly status: string
  /** `GetTemplate`, as text or parsed; `undefined` when AWS has none. */
  readonly template: unknown
  readonly functions: readonly LambdaImages[]
}

export interface FunctionImages {
  readonly logicalId: string
  /** Lambda's word goes before the template's: a function can be changed by hand. */
  readonly runs?: Digest
  readonly rollsBackTo?: Digest
  readonly held: ReadonlySet<Digest>
}

/** What is true about the images of one stack. */
export interface StackImages {
  readonly stack: string
  readonly kind: StackKind
  /** For people: `UPDATE_IN_PROGRESS`, or what could not be read. */
  readonly state: string
  readonly functions: ReadonlyMap<string, FunctionImages>
  /** Of an `unsettled` stack also every image that carries its tag is held. */
  readonly held: ReadonlySet<Digest>
}

const nothing: Pick<StackImages, 'functions' | 'held'> = { functions: new Map(), held: new Set() }

/**
 * What a stack runs and what it would roll back to: the one source for tagging, pruning and gc.
 * Whatever one of the sources names is held, even if they contradict each other; what cannot be
 * read makes the stack unsettled.
 */
export function heldDigests({ name, status, template, functions }: DeployedStack): StackImages {
  const kind = stackKind(status)
  if (kind === 'gone') return { stack: name, kind, state: status, ...nothing }
  const written = templateImages(template)
  const byTemplate = new Map(written?.map((image) => [image.logicalId, image]))
  const byLambda = new Map(functions.map(({ logicalId, digests }) => [logicalId, digests]))
  const found = [...new Set([...byTemplate.keys(), ...byLambda.keys()])].map((logicalId) => {
    const image = byTemplate.get(logicalId)
    const digests = byLambda.get(logicalId) ?? []
    const runs = digests[0] ?? image?.runs
    const rollsBackTo = image?.previous
    const held = [image?.runs, rollsBackTo, ...digests].filter((digest) => digest !== undefined)
    return {
      logicalId,
      ...(runs !== undefined && { runs }),
      ...(rollsBackTo !== undefined && { rollsBackTo }),
      held: new Set(held),
    }
  })
  const unknown = found.find(({ runs }) => runs === undefined)
  const damaged = written?.find((image) => image.damaged)
  const doubt =
    (written === undefined && `${status}, template unreadable`) ||
    (unknown && `${status}, image of ${unknown.logicalId} unknown`) ||
    (damaged && `${status}, Metadata of ${damaged.logicalId} unreadable`)
  return {
    stack: name,
    kind: doubt ? 'unsettled' : kind,
    state: doubt || status,
    functions: new Map(found.map((images) => [images.logicalId, images])),
    held: new Set(found.flatMap(({ held }) => [...held])),
  }
}

/** A stack that is there and that nobody may read: whatever carries its tag is held. */
export function unreadStack(stack: string): StackImages {
  return { stack, kind: 'unsettled', state: 'no preview of this app, so not read', ...nothing }
}

/**
 * The digest for the `Metadata` of a function that is to run `next`. A deploy that changes nothing
 * keeps the older one, so that it does not cost the way back.
 */
export function previousOf(live: FunctionImages | undefined, next: Digest): Digest | undefined {
  return live?.runs === next ? live.rollsBackTo : live?.runs
}
