import { isCaused } from '../errors.ts'
import { parsePinned } from '../oci/reference.ts'
import type { ReportPorts } from '../ports/report.ts'
import type { Aws } from './aws/client.ts'
import { isDenial } from './aws/denials.ts'
import { findEcrRepository } from './ecr/ecr.ts'
import { imageSize } from './ecr/image-sizes.ts'
import { readLiveStack } from './stacks/live-stack.ts'
import { defaultCacheDirectory } from './cache/cache-directory.ts'
import { servedParts } from './contents/served-parts.ts'
import { createDiagnosePorts } from './diagnose-ports.ts'
import { parseHostMap } from './registry/host-map.ts'
import { putComment } from './report/put-comment.ts'
import { readDeployReport } from './report/read-deploy-report.ts'
import { repositoryOnGitHub } from './report/repository-on-github.ts'
import { setStepOutput } from './report/step-output.ts'
import { redact } from './secrets/known-secrets.ts'

/** The effects of `report`. */
export function createReportPorts(aws: Aws, environment: NodeJS.ProcessEnv): ReportPorts {
  const hostMap = parseHostMap(environment['ARC_CONTAINER_IMAGES_REGISTRIES'] ?? '')
  const cacheDirectory = defaultCacheDirectory(environment)
  return {
    ...createDiagnosePorts(aws),
    readDeployReport: () => readDeployReport(environment),
    async liveFunctions(stackName) {
      const live = await readLiveStack({ aws, stackName })
      return live?.kind === 'live' ? live.functions : undefined
    },
    imageSize: (imageUri) => imageSize(aws, imageUri),
    async servedParts(imageUri) {
      const pinned = parsePinned(imageUri)
      if (pinned === undefined) return undefined
      try {
        const name = pinned.name.slice(pinned.name.indexOf('/') + 1)
        const repository = await findEcrRepository({ aws, name, hostMap })
        return repository && (await servedParts(repository, pinned.digest, { cacheDirectory }))
      } catch (error) {
        if (isDenial(error) || isCaused(error, 'REGISTRY_DENIED')) return undefined
        throw error
      }
    },
    now: Date.now,
    setStepOutput: (name, value) => setStepOutput(name, value, environment),
    async putComment(number, marker, markdown) {
      await putComment({ ...repositoryOnGitHub(environment), number }, marker, redact(markdown))
    },
  }
}
