import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'

import { formatFunction } from '../../core/arc/function-kinds.ts'
import { count } from '../../core/basics/count.ts'
import { layerParts } from '../../core/image/image-labels.ts'
import type { ImageFunction } from '../../core/model.ts'
import { defaultMemory, functionVariables } from '../../core/start/function-variables.ts'
import { judgeStart, type StartVerdict } from '../../core/start/judge-start.ts'
import { ContainerImageError } from '../../errors.ts'
import { parseManifest } from '../../oci/manifest.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import { imageLayers } from '../image/image-layers.ts'
import { readConfig } from '../cache/read-by-digest.ts'
import type { FindRunner } from './find-runner.ts'
import { followStart } from './follow-start.ts'
import { groupName } from './image-root.ts'
import { provenStarts } from './proven-starts.ts'
import { readAsker } from './read-asker.ts'
import type { FunctionToStart, ImageToStart, PreparedImage } from './runner.ts'

export interface StartOptions {
  readonly repository: () => Promise<Repository>
  readonly findRunner: FindRunner
  readonly cacheDirectory: string
  readonly progress: Progress
}

/** A function, how it is started, and what is not known of its environment. */
interface Start {
  readonly lambda: ImageFunction
  readonly order: FunctionToStart
  readonly placeholders: readonly string[]
}

type How = 'natively' | 'emulated'

/** Seconds for a function to come up; an emulated processor takes ten times as long. */
const limits: Readonly<Record<How, number>> = { natively: 20, emulated: 60 }

/** Started at once, over all images: more would only make one another late. */
const atOnce = pLimit(availableParallelism())

/**
 * Starts every function of an image as Lambda starts it, up to its first event, and stops the deploy
 * where one does not come up for a reason that is the same in Lambda.
 * @throws ContainerImageError START_REFUSED; under `strict` START_IMPOSSIBLE too
 */
export function createStart({ repository, findRunner, cacheDirectory, progress }: StartOptions) {
  const proven = provenStarts(cacheDirectory)

  return async (verified: VerifiedImage): Promise<VerifiedImage> => {
    const { image, pushed } = verified
    const { startCheck } = image.settings
    if (startCheck === 'off' || pushed === undefined) return verified
    const { digest } = pushed.served
    const subject = await readSubject(verified, pushed.served)
    const open = await notYetProven(startsOf(verified, subject), digest)
    if (open.length === 0) return verified
    const notStarted = (reason: string): VerifiedImage => {
      const what = `${count(open.length, 'function')} of image '${image.name}' not started here: ${reason}`
      if (startCheck === 'strict') throw new ContainerImageError('START_IMPOSSIBLE', `${what}.`)
      return { ...verified, notes: [...verified.notes, what] }
    }

    const found = await findRunner(image.architecture)
    if ('unable' in found) return notStarted(found.unable)
    const below = { below: groupName(subject.layers.slice(0, -1)), of: image.architecture }
    if (startCheck === 'on' && (await proven.has(below)) && !(await isAtHand(subject)))
      return notStarted('its base and packages came up before and are not in the cache any more')

    progress({ image: image.name, step: 'start', state: 'start' })
    const prepared = await found.runner.prepare(subject)
    try {
      const verdicts = await Promise.all(
        open.map((start) => atOnce(() => judge(start, prepared, subject, found.how))),
      )
      progress({ image: image.name, step: 'start', state: 'done' })
      const unable = verdicts.find((verdict) => verdict.kind === 'unable')
      if (unable !== undefined) return notStarted(unable.reason)
      const up = open.filter((_, index) => verdicts[index]?.kind === 'starts')
      await Promise.all(up.map(({ order }) => proven.add({ digest, order })))
      if (up.length === open.length) await proven.add(below)
      const notes = tell(open, verdicts, startCheck)
      return { ...verified, notes: [...verified.notes, ...notes] }
    } finally {
      await prepared.close()
    }
  }

  async function readSubject(
    { image }: VerifiedImage,
    served: NonNullable<VerifiedImage['pushed']>['served'],
  ): Promise<ImageToStart> {
    const opened = await repository()
    const manifest = parseManifest(served.bytes, served.mediaType)
    const config = await readConfig(opened, manifest, { cacheDirectory })
    const parts = layerParts(config.config?.Labels, manifest.layers)
    return {
      layers: imageLayers(manifest, config, { repository: opened, cacheDirectory }),
      // Of an image that Docker built nobody knows which layers are the base's; the topmost has
      // the functions, as a rule, and changes most.
      groups: parts
        ? [parts.base.length, parts.dependencies.length, parts.app.length]
        : [manifest.layers.length - 1, 1],
      config,
      architecture: image.architecture,
    }
  }

  async function notYetProven(starts: readonly Start[], digest: string): Promise<Start[]> {
    const known = await Promise.all(starts.map(({ order }) => proven.has({ digest, order })))
    return starts.filter((_, index) => !known[index])
  }
}

function startsOf(
  { image, entryPoint }: VerifiedImage,
  { config }: ImageToStart,
): readonly Start[] {
  return image.functions.map((lambda) => {
    const { environment, placeholders } = functionVariables(lambda, config.config?.Env ?? [])
    const argv = [...entryPoint, lambda.command]
    return { lambda, placeholders, order: { argv, workingDirectory: '/var/task', environment } }
  })
}

/** Nothing but the topmost layer would have to be fetched. */
async function isAtHand({ layers }: ImageToStart): Promise<boolean> {
  const kept = await Promise.all(layers.slice(0, -1).map((layer) => layer.isKept()))
  return !kept.includes(false)
}

type Verdict = StartVerdict | { readonly kind: 'unable'; readonly reason: string }

async function judge(
  { lambda, order, placeholders }: Start,
  prepared: PreparedImage,
  { layers }: ImageToStart,
  how: How,
): Promise<Verdict> {
  const outcome = await followStart(prepared.start(order), limits[how])
  if (outcome.kind === 'unable') return outcome
  return judgeStart(outcome, {
    name: nameOf(lambda),
    memory: lambda.memory ?? defaultMemory,
    timeout: lambda.timeout ?? 3,
    placeholders,
    emulated: how === 'emulated',
    ...(await readAsker(outcome, layers, lambda)),
  })
}

/**
 * @returns what should be said to the user
 * @throws ContainerImageError START_REFUSED with every function that is refused
 */
function tell(
  starts: readonly Start[],
  verdicts: readonly Verdict[],
  startCheck: 'on' | 'strict',
): readonly string[] {
  const refused: string[] = []
  const notes: string[] = []
  for (const [index, { lambda }] of starts.entries()) {
    const verdict = verdicts[index]
    const name = nameOf(lambda)
    if (verdict?.kind === 'starts') notes.push(...verdict.notes)
    else if (
      verdict?.kind === 'refused' ||
      (verdict?.kind === 'unproven' && startCheck === 'strict')
    )
      refused.push(`${name} does not start: ${verdict.reason}`)
    else if (verdict !== undefined)
      notes.push(`${name} did not start here; Lambda may differ: ${verdict.reason}`)
  }
  if (refused.length === 0) return notes
  throw new ContainerImageError('START_REFUSED', refused.join('\n'))
}

function nameOf({ pragma, name }: ImageFunction): string {
  return `'${formatFunction(pragma, name)}'`
}
