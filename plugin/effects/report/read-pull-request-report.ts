import { readFile } from 'node:fs/promises'

import { type DeployReport, parseDeployReport } from '../../core/report/deploy-report.ts'
import { deployOutcome, type StepOutcome } from '../../core/report/deploy-outcome.ts'
import type { PullRequestReport } from '../../core/report/pull-request-comment.ts'
import type { Aws } from '../aws/client.ts'
import { failedResources } from '../aws/failed-resources.ts'
import { imageSize } from '../aws/image-sizes.ts'
import { readLiveStack } from '../aws/live-stack.ts'
import { findStack } from '../aws/stacks.ts'

/** What AWS and the deploy's own report tell of a stack, for the pull request that it belongs to. */
export async function readPullRequestReport(options: {
  readonly aws: Aws
  readonly stackName: string
  readonly baseStack: string
  /** As the step reported it; absent: by the stack alone. */
  readonly step: StepOutcome | undefined
  /** The deploy's report; a deploy that ended early left none. */
  readonly file: string | undefined
  readonly now?: () => number
}): Promise<PullRequestReport> {
  const { aws, stackName, baseStack, step, file, now = Date.now } = options
  const text = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '')
  const report = parseDeployReport(text)
  const deploy = report?.stackName === stackName ? report : undefined
  const stack = await findStack(aws, stackName)
  const outcome = deployOutcome(step, stack?.status)
  const url = stack?.outputs['API'] ?? stack?.outputs['ApiURL']
  const [changes, failures] = await Promise.all([
    deploy === undefined ? new Map<string, number>() : sizeChanges(aws, deploy, baseStack),
    outcome === 'failure' && stack !== undefined && deploy !== undefined
      ? failedResources(aws, stack, deploy.started)
      : [],
  ])
  return {
    stackName,
    outcome,
    baseStack,
    changes,
    failures,
    ...(deploy !== undefined && { deploy, duration: now() - deploy.started }),
    ...(url !== undefined && { url }),
  }
}

/** Both sizes come from ECR, which counts a little more than the layers. */
async function sizeChanges(
  aws: Aws,
  { images }: DeployReport,
  baseStack: string,
): Promise<ReadonlyMap<string, number>> {
  const base = await readLiveStack({ aws, stackName: baseStack })
  if (base?.kind !== 'live') return new Map()
  const changes = images.map(async ({ imageUri, functions }) => {
    const theirs = functions
      .map(({ logicalId }) => base.functions.get(logicalId)?.imageUri)
      .find((uri) => typeof uri === 'string')
    if (theirs === undefined) return undefined
    // A preview's image is in another repository, with the same digest when it is the same.
    if (theirs.split('@')[1] === imageUri.split('@')[1]) return [imageUri, 0] as const
    const [before, after] = await Promise.all([imageSize(aws, theirs), imageSize(aws, imageUri)])
    return before === undefined || after === undefined
      ? undefined
      : ([imageUri, after - before] as const)
  })
  return new Map((await Promise.all(changes)).filter((change) => change !== undefined))
}
