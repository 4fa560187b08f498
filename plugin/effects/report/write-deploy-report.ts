import { writeFile } from 'node:fs/promises'

import type { DeployReport } from '../../core/report/deploy-report.ts'
import type { ImageFunction } from '../../core/model.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'

/** Names the file that a deploy writes its report to; without it none is written. */
export const reportVariable = 'ARC_CONTAINER_IMAGES_REPORT'

export async function writeDeployReport(
  file: string,
  facts: {
    readonly stackName: string
    readonly images: readonly VerifiedImage[]
    readonly replaced: readonly ImageFunction[]
  },
): Promise<void> {
  const report: DeployReport = {
    version: 1,
    stackName: facts.stackName,
    started: Math.round(performance.timeOrigin),
    images: facts.images.flatMap(({ image, imageUri, pushed }) =>
      pushed === undefined || typeof imageUri !== 'string'
        ? []
        : [{ ...pushed.report, imageUri, functions: image.functions.map(reportedFunction) }],
    ),
    replaced: facts.replaced.map(reportedFunction),
  }
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
}

function reportedFunction({ logicalId, pragma, name }: ImageFunction) {
  return { logicalId, name: `${pragma} ${name}` }
}
