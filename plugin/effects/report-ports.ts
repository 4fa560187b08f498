import { readFile } from 'node:fs/promises'

import type { ReportPorts } from '../ports/report.ts'
import type { Aws } from './aws/client.ts'
import { failedResources } from './aws/failed-resources.ts'
import { imageSize } from './aws/image-sizes.ts'
import { readLiveStack } from './aws/live-stack.ts'
import { findStack } from './aws/stacks.ts'

/** The effects of `report`. @param file the deploy's report; absent when none was asked for */
export function createReportPorts(aws: Aws, file: string | undefined): ReportPorts {
  return {
    readDeployReport: async () =>
      file === undefined ? '' : await readFile(file, 'utf8').catch(() => ''),
    findStack: (name) => findStack(aws, name),
    failedResources: (stack, since) => failedResources(aws, stack, since),
    async liveFunctions(stackName) {
      const live = await readLiveStack({ aws, stackName })
      return live?.kind === 'live' ? live.functions : undefined
    },
    imageSize: (imageUri) => imageSize(aws, imageUri),
    now: Date.now,
  }
}
