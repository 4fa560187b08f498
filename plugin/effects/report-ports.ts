import type { ReportPorts } from '../ports/report.ts'
import type { Aws } from './aws/client.ts'
import { failedResources } from './aws/failed-resources.ts'
import { imageSize } from './aws/image-sizes.ts'
import { readLiveStack } from './aws/live-stack.ts'
import { findStack } from './aws/stacks.ts'
import { putComment } from './report/put-comment.ts'
import { readDeployReport } from './report/read-deploy-report.ts'
import { repositoryOnGitHub } from './report/repository-on-github.ts'
import { setStepOutput } from './report/step-output.ts'
import { redact } from './secrets/known-secrets.ts'

/** The effects of `report`. */
export function createReportPorts(aws: Aws, environment: NodeJS.ProcessEnv): ReportPorts {
  return {
    readDeployReport: () => readDeployReport(environment),
    findStack: (name) => findStack(aws, name),
    failedResources: (stack, since) => failedResources(aws, stack, since),
    async liveFunctions(stackName) {
      const live = await readLiveStack({ aws, stackName })
      return live?.kind === 'live' ? live.functions : undefined
    },
    imageSize: (imageUri) => imageSize(aws, imageUri),
    now: Date.now,
    setStepOutput: (name, value) => setStepOutput(name, value, environment),
    async putComment(number, marker, markdown) {
      await putComment({ ...repositoryOnGitHub(environment), number }, marker, redact(markdown))
    },
  }
}
