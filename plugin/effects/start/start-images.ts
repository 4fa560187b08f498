import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'

import { count } from '../../core/basics/count.ts'
import { startProof } from '../../core/image/proof-name.ts'
import { functionVariables } from '../../core/start/function-variables.ts'
import { tellStarts } from '../../core/start/tell-starts.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import type { DeployedProofs } from '../image/deployed-proofs.ts'
import type { FindRunner } from '../runners/find-runner.ts'
import { groupName } from '../runners/image-root.ts'
import { readImageToStart } from './image-to-start.ts'
import { judgeFunction, type Start } from './judge-function.ts'
import { provenStarts } from './proven-starts.ts'
import type { ImageToStart } from '../runners/runner.ts'

export interface StartOptions {
  readonly repository: () => Promise<Repository>
  readonly findRunner: FindRunner
  readonly cacheDirectory: string
  readonly progress: Progress
  /** What earlier deploys of the stack saw come up. */
  readonly deployed: DeployedProofs
  /** Of this plugin. */
  readonly release: string
}

/** Started at once, over all images: more would only make one another late. */
const atOnce = pLimit(availableParallelism())

/**
 * Starts every function of an image as Lambda starts it, up to its first event, and stops the deploy
 * where one does not come up for a reason that is the same in Lambda.
 * @throws ContainerImageError START_REFUSED; under `strict` START_IMPOSSIBLE too
 */
export function createStart(options: StartOptions) {
  const { repository, findRunner, cacheDirectory, progress, deployed, release } = options
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
    const starts = startsOf(verified, subject)
    const open = await notYetProven(starts, verified, digest)
    const known = starts.filter((start) => !open.includes(start))
    const withProofs = (up: readonly Start[], notes: readonly string[] = []): VerifiedImage => ({
      ...verified,
      proven: withStartProofs(verified, up, digest),
      notes: [...verified.notes, ...notes],
    })
    if (open.length === 0) return withProofs(known)
    const notStarted = (reason: string): VerifiedImage => {
      const what = `${count(open.length, 'function')} of image '${image.name}' not started here: ${reason}`
      if (startCheck === 'strict') throw new ContainerImageError('START_IMPOSSIBLE', `${what}.`)
      return withProofs(known, [what])
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
      const ended = judged.filter((one) => 'verdict' in one)
      const up = open.filter((_, index) => ended[index]?.verdict.kind === 'starts')
      await Promise.all(up.map(({ order }) => proven.add({ digest, order })))
      if (up.length === open.length) await proven.add(below)
      return withProofs([...known, ...up], tellStarts(ended, startCheck))
    } finally {
      await prepared.close()
    }
  }

  async function notYetProven(
    starts: readonly Start[],
    { image }: VerifiedImage,
    digest: Digest,
  ): Promise<Start[]> {
    const known = await Promise.all(
      starts.map(async ({ lambda, order }) => {
        if (await proven.has({ digest, order })) return true
        const proof = startProof(release, { digest, order })
        return await deployed({ lambda, image, digest, proof })
      }),
    )
    return starts.filter((_, index) => !known[index])
  }

  /** Beside what else was proven of these functions, so that the template tells other machines. */
  function withStartProofs(
    { image, proven: before }: VerifiedImage,
    up: readonly Start[],
    digest: Digest,
  ): ReadonlyMap<string, readonly string[]> {
    const proofs = new Map(
      up.map(({ lambda, order }) => [lambda.logicalId, startProof(release, { digest, order })]),
    )
    return new Map(
      image.functions.map(({ logicalId }) => {
        const own = proofs.get(logicalId)
        return [logicalId, [...(before?.get(logicalId) ?? []), ...(own === undefined ? [] : [own])]]
      }),
    )
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
