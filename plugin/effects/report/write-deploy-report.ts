import { writeFile } from 'node:fs/promises'

import type { DeployReport } from '../../core/report/deploy-report.ts'
import type { ImageFunction } from '../../core/model.ts'
import type { PackageChange } from '../../core/report/package-changes.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'

/** Names the file that a deploy writes its report to; without it none is written. */
export const reportVariable = 'ARC_CONTAINER_IMAGES_REPORT'

export async function writeDeployReport(
  file: string,
  facts: {
    readonly stackName: string
    readonly images: readonly VerifiedImage[]
    /** What became of their packages. */
    readonly packages: ReadonlyMap<VerifiedImage, readonly PackageChange[]>
    readonly replaced: readonly ImageFunction[]
  },
): Promise<void> {
  const report: DeployReport = {
    version: 1,
    stackName: facts.stackName,
    started: Math.round(performance.timeOrigin),
    images: facts.images.flatMap((verified) => {
      const { image, imageUri, pushed } = verified
      if (pushed === undefined || typeof imageUri !== 'string') return []
      const packages = facts.packages.get(verified) ?? []
      const changed = packages.length > 0 && { packages }
      const functions = image.functions.map(reportedFunction)
      return [{ ...pushed.report, ...changed, imageUri, functions }]
    }),
    replaced: facts.replaced.map(reportedFunction),
  }
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
}

function reportedFunction({ logicalId, pragma, name }: ImageFunction) {
  return { logicalId, name: `${pragma} ${name}` }
}
