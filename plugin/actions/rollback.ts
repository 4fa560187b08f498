import { type NamedFunction, readFunctionName } from '../core/arc/function-name.ts'
import { metadataFunction } from '../core/arc/metadata-function.ts'
import { appNames, metadataName } from '../core/arc/metadata-name.ts'
import { inParallel } from '../core/basics/in-parallel.ts'
import { textOf } from '../core/basics/is-record.ts'
import {
  planRollback,
  type RollbackMove,
  type RollbackPlan,
} from '../core/retention/plan-rollback.ts'
import type { StoredImage } from '../core/retention/stored-image.ts'
import { stackFate } from '../core/stack/stack-fate.ts'
import { stackObstacle } from '../core/stack/stack-obstacle.ts'
import type { LiveFunction } from '../core/template/live-functions.ts'
import { wantsSnapStart } from '../core/template/snap-start.ts'
import { globalsOf, type Template } from '../core/template/template.ts'
import { withImages } from '../core/template/with-images.ts'
import { ContainerImageError } from '../errors.ts'
import { type Digest, hexOf } from '../oci/digest.ts'
import { formatPinned, parsePinned } from '../oci/reference.ts'
import type { KnownStack } from '../ports/destroy.ts'
import type { DeployedTemplate, DescribedTarget, RollbackPorts } from '../ports/rollback.ts'
import { followUpdate } from './follow-update.ts'

export interface RollbackOptions {
  readonly stackName: string
  /** Functions as `@container-images` names them; none: all that ran another image before. */
  readonly functions?: readonly string[]
  /** Digest of the image to go to, or its first hex digits; absent: what each ran before. */
  readonly to?: string
}

/** A function that goes to another image, for people. */
export interface ProposedMove extends RollbackMove {
  /** `get /` */
  readonly name: string
  /** Milliseconds; absent when the image is no longer listed. */
  readonly fromPushedAt?: number
  readonly toPushedAt: number
}

/** What a rollback would do, before it does it. */
export interface ProposedRollback {
  readonly moves: readonly ProposedMove[]
  readonly stays: readonly { readonly name: string; readonly why: string }[]
  /** What Lambda runs and the template does not say. */
  readonly notes: readonly string[]
}

/** A rollback that was looked at from all sides and not begun. */
export interface PreparedRollback {
  readonly proposed: ProposedRollback
  /**
   * Does it and waits for the end.
   * @throws ContainerImageError STACK_BUSY when somebody else changed the stack meanwhile,
   * ROLLBACK_FAILED with CloudFormation's reasons
   */
  readonly run: () => Promise<void>
}

/**
 * Reads what functions of a stack would go back to; changes nothing.
 * @throws ContainerImageError STACK_NOT_UPDATABLE, ROLLBACK_REFUSED with every reason
 */
export async function prepareRollback(
  options: RollbackOptions,
  ports: RollbackPorts,
): Promise<PreparedRollback> {
  const { stackName } = options
  const stack = await ports.findStack()
  requireUsable(stackName, stack)
  const deployed = await ports.readTemplate()
  const images = await listAll(deployed.functions, ports)
  const to = options.to === undefined ? undefined : findDigest(options.to, images)
  const plan = planRollback({
    functions: deployed.functions,
    images,
    ...(options.functions?.length && { named: named(options.functions, deployed.functions) }),
    ...(to !== undefined && { to }),
  })
  const names = new Map(deployed.functions.map((each) => [each.logicalId, metadataName(each)]))
  const nameIn = (logicalId: string): string => names.get(logicalId) ?? logicalId
  requireMoves(stackName, plan, nameIn)
  await requireFit(plan.moves, deployed.template, nameIn, ports)
  const proposed = {
    moves: plan.moves.map((move) => withAges(move, nameIn(move.logicalId), images)),
    stays: plan.stays.map(({ logicalId, why }) => ({ name: nameIn(logicalId), why })),
    notes: await changedPast(plan.moves, nameIn, ports),
  }
  return { proposed, run: () => run(stack, deployed, plan.moves, ports) }
}

function requireUsable(name: string, stack: KnownStack | undefined): asserts stack is KnownStack {
  if (stack === undefined || stackFate(stack.status) === 'gone')
    throw refusal(`There is no stack ${name}.`)
  const obstacle = stackObstacle(name, stack.status)
  if (obstacle !== undefined) throw new ContainerImageError(obstacle.code, obstacle.message)
  if (stackFate(stack.status) !== 'usable')
    throw new ContainerImageError(
      'STACK_NOT_UPDATABLE',
      `Stack ${name} is in ${stack.status}: its last update neither ended nor was undone, so its template says nothing certain. Let CloudFormation undo it ('aws cloudformation rollback-stack --stack-name ${name}'), or deploy.`,
    )
}

async function listAll(
  functions: readonly LiveFunction[],
  ports: RollbackPorts,
): Promise<ReadonlyMap<string, readonly StoredImage[]>> {
  const pinned = functions.flatMap(({ imageUri }) => parsePinned(textOf(imageUri) ?? '') ?? [])
  const repositories = [...new Set(pinned.map(({ name }) => name))]
  return new Map(
    await inParallel(repositories, async (name) => [name, await ports.listImages(name)] as const),
  )
}

/** The one image whose digest begins so; as `arc-images images` prints it, or whole. */
function findDigest(text: string, images: ReadonlyMap<string, readonly StoredImage[]>): Digest {
  const wanted = text.toLowerCase().replace(/^sha256:/, '')
  if (!/^[0-9a-f]{8,64}$/.test(wanted))
    throw new ContainerImageError(
      'COMMAND_INVALID',
      `--to takes the digest of an image, whole or its first 8 hex digits and more, not '${text}'. 'arc-images images' lists them.`,
    )
  const found = new Set(
    [...images.values()]
      .flat()
      .flatMap(({ digest }) => (hexOf(digest).startsWith(wanted) ? digest : [])),
  )
  const [digest, other] = found
  if (digest !== undefined && other === undefined) return digest
  const why = digest === undefined ? 'No image' : 'More than one image'
  throw refusal(
    `${why} that the stack's functions could run has a digest that begins with ${wanted}. 'arc-images images' lists all that there are.`,
  )
}

function requireMoves(
  stackName: string,
  { moves, stays, refused }: RollbackPlan,
  nameIn: (logicalId: string) => string,
): void {
  const line = ({ logicalId, why }: { readonly logicalId: string; readonly why: string }) =>
    `- ${nameIn(logicalId)}: ${why}.`
  if (refused.length > 0)
    throw refusal(`Stack ${stackName} stays as it is:\n${refused.map(line).join('\n')}`)
  if (moves.length > 0) return
  const why = stays.length === 0 ? ' It has no functions.' : `\n${stays.map(line).join('\n')}`
  throw refusal(`Stack ${stackName} has nothing to roll back to.${why}`)
}

/** What the template goes on to say of a function has to fit the image that it goes to. */
async function requireFit(
  moves: readonly RollbackMove[],
  template: Template,
  nameIn: (logicalId: string) => string,
  ports: RollbackPorts,
): Promise<void> {
  const faults = await inParallel(moves, async (move) => {
    const { logicalId, repository, to } = move
    const described = await ports.describe(repository, to)
    const properties = template.Resources[logicalId]?.Properties ?? {}
    const why =
      described === undefined
        ? `${to} is not in ${repository} any more`
        : misfit(move, described, wantsSnapStart(properties, globalsOf(template)))
    return why === undefined ? [] : `- ${nameIn(logicalId)}: ${why}.`
  })
  if (faults.flat().length > 0) throw refusal(`Nothing was changed:\n${faults.flat().join('\n')}`)
}

function misfit(
  { architecture, to }: RollbackMove,
  described: DescribedTarget,
  snapStart: boolean,
): string | undefined {
  // It would end in `exec format error` at every call.
  if (described.architecture !== architecture)
    return `runs on ${architecture}, and ${to} is for ${described.architecture}. Deploy the checkout of that time`
  if (snapStart && !described.allowsSnapStart)
    return `has SnapStart, and ${to} lacks the label for it. Deploy the checkout of that time`
  return undefined
}

/** `arc-images sync`, or somebody by hand: the deployed template is what counts, and is what stays. */
async function changedPast(
  moves: readonly RollbackMove[],
  nameIn: (logicalId: string) => string,
  ports: RollbackPorts,
): Promise<readonly string[]> {
  const repositories = [...new Set(moves.map(({ repository }) => repository))]
  const read = await inParallel(
    repositories,
    async (name) => [name, await ports.running(name)] as const,
  )
  const running = new Map(read)
  return moves.flatMap(({ logicalId, repository, from }) => {
    const runs = running.get(repository)?.get(logicalId)
    return runs === undefined || runs === from
      ? []
      : `Lambda runs ${runs} for '${nameIn(logicalId)}', and the stack's template says ${from}: it was changed past CloudFormation ('arc-images sync', or by hand). That change goes; the way forward leads to what the template says.`
  })
}

function withAges(
  move: RollbackMove,
  name: string,
  images: ReadonlyMap<string, readonly StoredImage[]>,
): ProposedMove {
  const pushedAt = (digest: Digest): number | undefined =>
    images.get(move.repository)?.find((image) => image.digest === digest)?.pushedAt
  const fromPushedAt = pushedAt(move.from)
  return {
    ...move,
    name,
    toPushedAt: pushedAt(move.to) ?? 0,
    ...(fromPushedAt !== undefined && { fromPushedAt }),
  }
}

async function run(
  stack: KnownStack,
  { template, functions }: DeployedTemplate,
  moves: readonly RollbackMove[],
  ports: RollbackPorts,
): Promise<void> {
  await requireUnchanged(stack, ports)
  // What runs now, too: CloudFormation would go back to it, and so does the next rollback.
  for (const { repository, image, from, to } of distinct(moves))
    for (const digest of [to, from])
      if (!(await ports.hold({ repository, digest, image })) && digest === to)
        throw refusal(`${formatPinned(repository, to)} has gone meanwhile. Nothing was changed.`)
  const before = new Set((await ports.events(stack)).map(({ id }) => id))
  const changes = moves.map(({ logicalId, repository, from, to }) => ({
    logicalId,
    imageUri: formatPinned(repository, to),
    previous: from,
  }))
  await ports.update(stack, withImages(template, changes))
  await followUpdate({ stack, before, names: appNames(functions) }, ports)
}

function distinct(moves: readonly RollbackMove[]): readonly RollbackMove[] {
  return [
    ...new Map(
      moves.map((move) => [[move.repository, move.from, move.to].join(' '), move]),
    ).values(),
  ]
}

/** Its template was read a while ago: whoever deployed since then would be undone without a word. */
async function requireUnchanged(stack: KnownStack, ports: RollbackPorts): Promise<void> {
  const now = await ports.findStack()
  if (now?.id === stack.id && now.status === stack.status && now.changed === stack.changed) return
  throw new ContainerImageError(
    'STACK_BUSY',
    `Stack ${stack.name} was ${stack.status} when it was read and is ${now?.status ?? 'gone'} now, ${now?.changed === stack.changed ? 'with work under way' : 'changed by somebody else'}. Nothing was changed here; look again and run this again.`,
  )
}

/** A live function with the two words that it is named by. */
interface NamedLive extends NamedFunction {
  readonly logicalId: string
}

/** Architect's own mark in the deployed template, in the words of inventory. */
function namedLive({ logicalId, arcMetadata }: LiveFunction): readonly NamedLive[] {
  const found = metadataFunction(arcMetadata)
  return found === undefined ? [] : [{ logicalId, ...found, staticAssetProxy: false }]
}

/** Logical ids of functions named on a command line; the deployed template says which there are. */
function named(words: readonly string[], functions: readonly LiveFunction[]): ReadonlySet<string> {
  const live = functions.flatMap(namedLive)
  return new Set(words.map((word) => readFunctionName([word], live).logicalId))
}

function refusal(message: string): ContainerImageError {
  return new ContainerImageError('ROLLBACK_REFUSED', message)
}
