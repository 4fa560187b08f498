import { once } from '../core/basics/once.ts'
import { parseDeployReport } from '../core/report/deploy-report.ts'
import type { SbomPorts } from '../ports/sbom.ts'
import { stackRepository } from './architect/stack-repository.ts'
import { baseAccess } from './base/base-access.ts'
import { openBaseDigests, orPlaceholder } from './base/base-digest.ts'
import { openBaseImages } from './base/base-image.ts'
import { plannedContents } from './contents/planned-contents.ts'
import type { DeployContext } from './deploy-ports.ts'
import { createDryRunPorts } from './dry-run-ports.ts'
import { readDeployReport } from './report/read-deploy-report.ts'

/** The effects of `sbom`: those of a dry run, and what the images are made of. They ask nothing of AWS. */
export function createSbomPorts(context: DeployContext): SbomPorts {
  const { app, stackName, environment, console } = context
  const access = baseAccess(context)
  const resolveBase = openBaseImages(access)
  const resolveDigest = openBaseDigests({ ...access, resolveBase })
  const report = once(async () => {
    const read = parseDeployReport(await readDeployReport(environment))
    return read?.stackName === stackName ? read : undefined
  })
  return {
    ...createDryRunPorts(context),
    announce: () => {},
    async contents(image) {
      const deployed = await report()
      return await plannedContents(image, {
        repository: stackRepository(app, stackName),
        cacheDirectory: access.cacheDirectory,
        environment,
        // Bases that do not answer were said when the images were named.
        resolveDigest: orPlaceholder(resolveDigest, () => {}),
        progress: console.progress,
        ...(deployed !== undefined && { report: deployed }),
      })
    },
  }
}
