import type { LiveFunction } from '../../core/template/live-functions.ts'
import { totalSize } from '../../oci/descriptor.ts'
import { parsePinned } from '../../oci/reference.ts'
import type { LiveStack } from '../aws/live-stack.ts'
import { formatImageReport } from '../../core/report/image-report.ts'
import { kindOf, parseManifest } from '../../oci/manifest.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'
import type { Repository } from '../../ports/repository.ts'
import type { Console } from '../architect/console.ts'
import { writeDeployReport } from './write-deploy-report.ts'

/** One line an image, then what the deploy replaces. */
export function createReport(options: {
  readonly console: Console
  readonly liveStack: () => Promise<LiveStack | undefined>
  readonly repository: () => Promise<Repository>
  readonly stackName: string
  /** Where the report goes as JSON too, for a pull request's comment. */
  readonly file?: string | undefined
}): (images: readonly VerifiedImage[]) => Promise<void> {
  return async (images) => {
    const live = await options.liveStack()
    const functions = live?.kind === 'live' ? live.functions : new Map<string, LiveFunction>()
    for (const image of images) {
      if (image.pushed === undefined) continue
      const size = await liveSize(image, functions, options.repository)
      const report = { ...image.pushed.report, ...(size !== undefined && { liveSize: size }) }
      options.console.done(formatImageReport(report))
      options.console.details(image.notes)
    }
    if (live?.kind === 'unreadable') {
      options.console.warn(`Could not tell which functions are replaced: ${live.reason}`)
    }
    const replaced = images.flatMap(({ image }) =>
      image.functions.filter(({ logicalId }) => functions.get(logicalId)?.packageType === 'Zip'),
    )
    const { file, stackName } = options
    if (file !== undefined) await writeDeployReport(file, { stackName, images, replaced })
    for (const { logicalId, pragma, name } of replaced) {
      options.console.warn(
        `${pragma} ${name} changes from zip to image, so CloudFormation replaces the function ` +
          `(${logicalId}): a new name and log group; alarms and ARNs written down elsewhere have to follow.`,
      )
    }
  }
}

/** Compressed bytes of the live image, when it is another one and its manifest is still there. */
async function liveSize(
  { image, imageUri }: VerifiedImage,
  functions: ReadonlyMap<string, LiveFunction>,
  open: () => Promise<Repository>,
): Promise<number | undefined> {
  const live = image.functions
    .map(({ logicalId }) => functions.get(logicalId)?.imageUri)
    .find((uri) => typeof uri === 'string')
  if (live === undefined || live === imageUri) return undefined
  const pinned = parsePinned(live)
  const repository = await open()
  if (pinned?.name !== repository.uri) return undefined
  const served = await repository.getManifest(pinned.digest)
  if (served === undefined || kindOf(served.mediaType) === 'index') return undefined
  return totalSize(parseManifest(served.bytes, served.mediaType).layers)
}
