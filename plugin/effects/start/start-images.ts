import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'

import { count } from '../../core/basics/count.ts'
import { functionVariables } from '../../core/start/function-variables.ts'
import { tellStarts } from '../../core/start/tell-starts.ts'
import { ContainerImageError } from '../../errors.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import type { FindRunner } from './find-runner.ts'
import { groupName } from './image-root.ts'
import { readImageToStart } from './image-to-start.ts'
import { judgeFunction, type Start } from './judge-function.ts'
import { provenStarts } from './proven-starts.ts'
import type { ImageToStart } from './runner.ts'

export interface StartOptions {
  readonly repository: () => Promise<Repository>
  readonly findRunner: FindRunner
  readonly cacheDirectory: string
  readonly progress: Progress
}

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
    const subject = await readImageToStart(pushed.served, image.architecture, {
      repository: await repository(),
      cacheDirectory,
    })
    const open = await notYetProven(startsOf(verified, subject), digest)
    if (open.length === 0) return verified
    const notStarted = (reason: string): VerifiedImage => {
      const what = `${count(open.length, 'function')} of image '${image.name}' not started here: ${reason}`
      if (startCheck === 'strict') throw new ContainerImageError('START_IMPOSSIBLE', `${what}.`)
      return { ...verified, notes: [...verified.notes, what] }
    }

    const found = await findRunner(image.architecture)
    if ('unable' in found) return notStarted(found.unable)
    const below = { below: groupName(belowApp(subject)), of: image.architecture }
    if (startCheck === 'on' && (await proven.has(below)) && !(await isAtHand(subject)))
      return notStarted('its base and packages came up before and are not in the cache any more')

    progress({ image: image.name, step: 'start', state: 'start' })
    const prepared = await found.runner.prepare(subject)
    try {
      const judged = await Promise.all(
        open.map((start) => atOnce(() => judgeFunction(start, prepared, subject, found.how))),
      )
      progress({ image: image.name, step: 'start', state: 'done' })
      const unable = judged.find((one) => 'reason' in one)
      if (unable !== undefined) return notStarted(unable.reason)
      const starts = judged.filter((one) => 'verdict' in one)
      const up = open.filter((_, index) => starts[index]?.verdict.kind === 'starts')
      await Promise.all(up.map(({ order }) => proven.add({ digest, order })))
      if (up.length === open.length) await proven.add(below)
      const notes = tellStarts(starts, startCheck)
      return { ...verified, notes: [...verified.notes, ...notes] }
    } finally {
      await prepared.close()
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

/** Nothing but the functions' own layers would have to be fetched. */
async function isAtHand(subject: ImageToStart): Promise<boolean> {
  const kept = await Promise.all(belowApp(subject).map((layer) => layer.isKept()))
  return !kept.includes(false)
}

/** The layers below those of the functions, which are the topmost group. */
function belowApp({ layers, groups }: ImageToStart): ImageToStart['layers'] {
  return layers.slice(0, layers.length - (groups.at(-1) ?? 0))
}
