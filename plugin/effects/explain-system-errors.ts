import { isRecord, recordOf } from '../core/basics/is-record.ts'
import { explainSystemError } from '../core/basics/system-error.ts'
import type { PlannedImage } from '../core/model.ts'
import type { Ports } from '../ports/deploy.ts'

/** The same ports, whose errors of the operating system name the image, the step and the cure. */
export function explainSystemErrors(ports: Ports): Ports {
  return {
    ...ports,
    readImageFolders: explained('reading docker/', ports.readImageFolders),
    lock: explained('making its lockfile', ports.lock),
    bundle: explained('bundling', ports.bundle),
    identify: explained('reading its definition', ports.identify),
    judge: explained('judging what would be shipped', ports.judge),
    prune: explained('pruning tags', ports.prune),
    publish: explained('building and pushing', ports.publish),
    verify: explained('verifying', ports.verify),
    start: explained('starting its functions', ports.start),
    hold: explained('tagging', ports.hold),
    mend: explained('bringing functions back to their images', ports.mend),
    emptyFolder: explained('making the empty folder of CodeUri', ports.emptyFolder),
    report: explained('reporting', ports.report),
  }
}

function explained<Input extends readonly unknown[], Output>(
  step: string,
  port: (...input: Input) => Promise<Output>,
): (...input: Input) => Promise<Output> {
  return async (...input) => {
    try {
      return await port(...input)
    } catch (error) {
      const image = imageNameOf(input[0])
      throw explainSystemError(error, { step, ...(image !== undefined && { image }) })
    }
  }
}

/** Steps take an image as it was planned, or as an earlier step left it. */
function imageNameOf(input: unknown): string | undefined {
  const { image = input } = recordOf(input)
  return isPlanned(image) ? image.name : undefined
}

function isPlanned(value: unknown): value is Pick<PlannedImage, 'name'> {
  return isRecord(value) && typeof value['name'] === 'string'
}
