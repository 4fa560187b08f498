import type { ArchitectApp } from '../core/arc/architect-app.ts'
import { formatFunction } from '../core/arc/function-kinds.ts'
import { inParallel } from '../core/basics/in-parallel.ts'
import { beyondCode } from '../core/sync/beyond-code.ts'
import { chooseUpdates, type SyncedFunction, wantedImage } from '../core/sync/choose-updates.ts'
import { imageDifferences } from '../core/sync/image-differences.ts'
import type { RunningFunction } from '../core/sync/running-function.ts'
import { syncObstacle, type SyncTarget } from '../core/sync/sync-obstacle.ts'
import { boundTemplate } from '../core/template/boundary.ts'
import { parseFunctions } from '../core/template/live-functions.ts'
import type { Origins } from '../core/template/origins.ts'
import type { Template } from '../core/template/template.ts'
import { hold, nameImages } from '../deploy.ts'
import { ContainerImageError } from '../errors.ts'
import type { Digest } from '../oci/digest.ts'
import type { HeldImage, TaggedImage } from '../ports/image-stages.ts'
import type { SyncPorts } from '../ports/sync.ts'

/** What a sync has done. */
export interface SyncOutcome {
  readonly stack: string
  /** Those that Lambda was given another image; empty when it runs all that is here. */
  readonly functions: readonly SyncedFunctionReport[]
  /** What should be said to the user. */
  readonly notes: readonly string[]
  /** Milliseconds of each step, in their order; `lambda` is Lambda's own time. */
  readonly phases: Readonly<Partial<Record<SyncPhase, number>>>
}

export interface SyncedFunctionReport {
  /** `get /` */
  readonly function: string
  readonly image: string
  readonly digest: Digest
  /** It runs the image of the deployed template again. */
  readonly isDeployed: boolean
}

export type SyncPhase = 'bundle' | 'image' | 'verify' | 'start' | 'hold' | 'lambda' | 'release'

/** A stack that can be synced with. */
interface Target {
  readonly stackName: string
  readonly deployed: Template
  readonly changed?: number
}

/** An image of the app, and what a sync may do with its functions. */
interface Candidate {
  readonly tagged: TaggedImage
  readonly functions: readonly SyncedFunction[]
}

/** A function that is given another image. */
interface Update {
  readonly seen: RunningFunction
  readonly imageUri: string
  readonly report: SyncedFunctionReport
}

/** The app's template as its deploy would write it, but for what is rewritten. */
export interface NextTemplate {
  /** As it is when images are put into it. */
  readonly template: Template
  /** With what plugins change after that. */
  readonly whole: Template
  /** Who may have added what it has; for messages. */
  readonly origins?: Origins
}

/**
 * Brings changed code to the functions of a deployed stack, past CloudFormation: images are made,
 * judged, started and kept as a deploy does it, and only when all are there Lambda is told. The
 * stack's next deploy brings back what its template says.
 * @throws ContainerImageError SYNC_PRODUCTION, SYNC_STACK_UNFIT, SYNC_MORE_THAN_CODE before anything
 * is pushed; what a deploy throws; FUNCTION_NOT_UPDATED
 */
export async function syncFunctions(
  app: ArchitectApp,
  { template, whole, origins }: NextTemplate,
  ports: SyncPorts,
): Promise<SyncOutcome> {
  const { lap, phases } = stopwatch(ports.clock)
  const began = ports.now()
  const { stackName, deployed, changed } = requireTarget(await ports.readTarget())
  const asked = ports.runningFunctions()
  asked.catch(() => undefined)
  const bound = boundTemplate(whole, ports.boundary).template
  requireCodeOnly(beyondCode(bound, deployed, inImages(deployed)))
  const tagged = await nameImages(app, template, ports, origins)
  requireCodeOnly(tagged.flatMap(({ image }) => imageDifferences(image, deployed)))
  const running = await asked
  lap('bundle')

  const candidates = await inParallel(tagged, (one) => compare(one, deployed, running, ports))
  const held = await bring(candidates.filter(wantsImage), deployed, ports, lap)
  // A deploy that began meanwhile goes first.
  if (requireTarget(await ports.readTarget()).changed !== changed)
    throw deployedMeanwhile(stackName)
  lap('hold')

  const updates = candidates.flatMap((each) => updatesOf(each, held, deployed, running))
  await inParallel(updates, ({ seen, imageUri }) => ports.update(seen, imageUri))
  lap('lambda')
  const ran = new Set(running.flatMap(({ image }) => image?.digest ?? []))
  if (updates.length > 0) await ports.release({ ran, at: began })
  lap('release')
  const notes = held.flatMap((image) => image.notes)
  return { stack: stackName, functions: updates.map(({ report }) => report), notes, phases }
}

function requireTarget(target: SyncTarget): Target {
  const obstacle = syncObstacle(target)
  if (obstacle !== undefined) throw new ContainerImageError(obstacle.code, obstacle.message)
  const { stackName, deployed, changed } = target
  if (deployed === undefined) throw new TypeError('A stack without a template is no target')
  return { stackName, deployed, ...(changed !== undefined && { changed }) }
}

function deployedMeanwhile(stackName: string): ContainerImageError {
  return new ContainerImageError(
    'SYNC_STACK_UNFIT',
    `Stack ${stackName} was deployed while this sync was at work, so nothing was given to its functions. Sync again.`,
  )
}

function requireCodeOnly(differences: readonly string[]): void {
  if (differences.length === 0) return
  const lines = differences.map((line) => `- ${line}`).join('\n')
  throw new ContainerImageError(
    'SYNC_MORE_THAN_CODE',
    `More than code is different from the deployed stack, and CloudFormation has to bring that: 'arc deploy'.\n${lines}`,
  )
}

function inImages(deployed: Template): ReadonlySet<string> {
  const functions = parseFunctions(deployed) ?? []
  const images = functions.filter(({ packageType }) => packageType === 'Image')
  return new Set(images.map(({ logicalId }) => logicalId))
}

/** What the image's functions run, and whether that is what is here. */
async function compare(
  tagged: TaggedImage,
  deployed: Template,
  running: readonly RunningFunction[],
  ports: SyncPorts,
): Promise<Candidate> {
  const contents = ports.contentsOf(tagged)
  const written = new Map((parseFunctions(deployed) ?? []).map((one) => [one.logicalId, one]))
  const functions = await inParallel(tagged.image.functions, async ({ logicalId, command }) => {
    const runs = running.find((one) => one.logicalId === logicalId)?.image?.digest
    const image = written.get(logicalId)?.image?.runs
    const content = contents.get(command)
    if (runs === undefined || image === undefined || content === undefined) throw unknown(tagged)
    const deployedContent = (await ports.knownContents(image)).get(command)
    const known = deployedContent === undefined ? {} : { deployedContent }
    return { logicalId, deployed: image, runs, content, ...known }
  })
  return { tagged, functions }
}

function unknown({ image }: TaggedImage): ContainerImageError {
  return new ContainerImageError(
    'SYNC_STACK_UNFIT',
    `What the functions of image '${image.name}' run cannot be told from the stack's template and Lambda. Deploy: 'arc deploy'.`,
  )
}

function wantsImage({ functions }: Candidate): boolean {
  return functions.some((one) => wantedImage(one) === 'synced')
}

/** As a deploy makes and judges images. */
async function bring(
  candidates: readonly Candidate[],
  deployed: Template,
  ports: SyncPorts,
  lap: (phase: SyncPhase) => void,
): Promise<readonly HeldImage[]> {
  await inParallel(candidates, ({ tagged }) => ports.judge(tagged))
  const published = await inParallel(candidates, async ({ tagged, functions }) => {
    const image = await ports.publish(tagged)
    // Lambda has it already: nothing was changed since the last sync.
    return chooseUpdates(functions, image.pushed?.served.digest).size > 0 ? [image] : []
  })
  lap('image')
  const verified = await inParallel(published.flat(), ports.verify)
  requireCodeOnly(verified.flatMap((made) => imageDifferences(made.image, deployed, made)))
  lap('verify')
  const started = await inParallel(verified, ports.start)
  lap('start')
  return await inParallel(started, (image) => hold(image, ports))
}

function updatesOf(
  { tagged, functions }: Candidate,
  held: readonly HeldImage[],
  deployed: Template,
  running: readonly RunningFunction[],
): readonly Update[] {
  const made = held.find(({ tag }) => tag === tagged.tag)
  const updates = chooseUpdates(functions, made?.pushed?.served.digest)
  return tagged.image.functions.flatMap(({ logicalId, pragma, name }) => {
    const digest = updates.get(logicalId)
    const seen = running.find((one) => one.logicalId === logicalId)
    if (digest === undefined || seen === undefined) return []
    const isDeployed = digest !== made?.pushed?.served.digest
    const written = deployed.Resources[logicalId]?.Properties?.['ImageUri']
    const imageUri = isDeployed ? written : made.imageUri
    if (typeof imageUri !== 'string') throw unknown(tagged)
    const line = formatFunction(pragma, name)
    const report = { function: line, image: tagged.image.name, digest, isDeployed }
    return [{ seen, imageUri, report }]
  })
}

/** Each lap is the time since the one before. */
function stopwatch(clock: () => number) {
  const phases: Partial<Record<SyncPhase, number>> = {}
  let last = clock()
  const lap = (phase: SyncPhase): void => {
    const now = clock()
    phases[phase] = now - last
    last = now
  }
  return { phases, lap }
}
