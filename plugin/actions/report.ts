import { type Cause, type Diagnosis } from '../core/events/diagnosis.ts'
import { deployOutcome, type StepOutcome } from '../core/report/deploy-outcome.ts'
import { type DeployReport, parseDeployReport } from '../core/report/deploy-report.ts'
import {
  commentMarker,
  formatPullRequestReport,
  type PullRequestReport,
} from '../core/report/pull-request-comment.ts'
import { parsePinned } from '../oci/reference.ts'
import type { ReportPorts } from '../ports/report.ts'
import { diagnoseStack } from './diagnose.ts'

export interface ReportOptions {
  readonly stackName: string
  /** The stack that sizes are compared with. */
  readonly baseStack: string
  /** As the step reported it; absent: by the stack alone. */
  readonly step?: StepOutcome
}

/** What AWS and the deploy's own report show of a stack, for the pull request that it belongs to. */
export async function reportDeploy(
  { stackName, baseStack, step }: ReportOptions,
  ports: ReportPorts,
): Promise<PullRequestReport> {
  const report = parseDeployReport(await ports.readDeployReport())
  const deploy = report?.stackName === stackName ? report : undefined
  const stack = await ports.findStack(stackName)
  const outcome = deployOutcome(step, stack?.status)
  const url = stack?.outputs['API'] ?? stack?.outputs['ApiURL']
  const [changes, failures] = await Promise.all([
    deploy === undefined ? new Map<string, number>() : sizeChanges(deploy, baseStack, ports),
    outcome === 'failure' && stack !== undefined && deploy !== undefined
      ? diagnoseStack({ stackName: stack.id, since: deploy.started }, ports).then(allCauses)
      : [],
  ])
  return {
    stackName,
    outcome,
    baseStack,
    changes,
    failures,
    ...(deploy !== undefined && { deploy, duration: ports.now() - deploy.started }),
    ...(url !== undefined && { url }),
  }
}

/** The app's address for the workflow's next steps, and the comment where one was asked for. */
export async function publishReport(
  report: PullRequestReport,
  { pullRequest }: { readonly pullRequest?: number },
  ports: Pick<ReportPorts, 'setStepOutput' | 'putComment'>,
): Promise<void> {
  if (report.url !== undefined) await ports.setStepOutput('url', report.url)
  if (pullRequest === undefined) return
  const markdown = formatPullRequestReport(report)
  await ports.putComment(pullRequest, commentMarker(report.stackName), markdown)
}

function allCauses({ causes, rollbackCauses }: Diagnosis): readonly Cause[] {
  return [...causes, ...rollbackCauses]
}

/** Both sizes come from ECR, which counts a little more than the layers. */
async function sizeChanges(
  { images }: DeployReport,
  baseStack: string,
  ports: ReportPorts,
): Promise<ReadonlyMap<string, number>> {
  const base = await ports.liveFunctions(baseStack)
  if (base === undefined) return new Map()
  const changes = images.map(async ({ imageUri, functions }) => {
    const theirs = functions
      .map(({ logicalId }) => base.get(logicalId)?.imageUri)
      .find((uri) => typeof uri === 'string')
    if (theirs === undefined) return undefined
    // A preview's image is in another repository, with the same digest when it is the same.
    if (digestIn(theirs) === digestIn(imageUri)) return [imageUri, 0] as const
    const [before, after] = await Promise.all([ports.imageSize(theirs), ports.imageSize(imageUri)])
    return before === undefined || after === undefined
      ? undefined
      : ([imageUri, after - before] as const)
  })
  return new Map((await Promise.all(changes)).filter((change) => change !== undefined))
}

function digestIn(imageUri: string): string {
  return parsePinned(imageUri)?.digest ?? imageUri
}
