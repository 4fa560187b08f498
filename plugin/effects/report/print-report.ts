import { imageLabels } from '../../core/image/image-labels.ts'
import { baseMove, formatBaseMove } from '../../core/report/base-move.ts'
import {
  listPackageChanges,
  type PackageChange,
  packageChanges,
} from '../../core/report/package-changes.ts'
import type { LiveFunction } from '../../core/template/live-functions.ts'
import type { OciConfig } from '../../oci/config.ts'
import { totalSize } from '../../oci/descriptor.ts'
import { parsePinned } from '../../oci/reference.ts'
import type { LiveStack } from '../stacks/live-stack.ts'
import { formatImageReport } from '../../core/report/image-report.ts'
import { kindOf, type Manifest, parseManifest } from '../../oci/manifest.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'
import type { Repository, ServedManifest } from '../../ports/repository.ts'
import { readConfig, readKnownManifest } from '../cache/read-by-digest.ts'
import { recordedPackages } from '../dependencies/recorded-packages.ts'
import type { Console } from '../architect/console.ts'
import { writeDeployReport } from './write-deploy-report.ts'

interface ReportOptions {
  readonly console: Console
  readonly liveStack: () => Promise<LiveStack | undefined>
  readonly repository: () => Promise<Repository>
  readonly stackName: string
  /** Where the report goes as JSON too, for a pull request's comment. */
  readonly file?: string | undefined
  /** Where configs are kept by digest. */
  readonly cacheDirectory: string
}

/** One line an image, then what the deploy replaces. */
export function createReport(
  options: ReportOptions,
): (images: readonly VerifiedImage[]) => Promise<void> {
  return async (images) => {
    const live = await options.liveStack()
    const functions = live?.kind === 'live' ? live.functions : new Map<string, LiveFunction>()
    const packages = new Map<VerifiedImage, readonly PackageChange[]>()
    for (const image of images) {
      if (image.pushed === undefined) continue
      const before = await liveManifest(image, functions, options)
      const size = before && totalSize(before.layers)
      const report = { ...image.pushed.report, ...(size !== undefined && { liveSize: size }) }
      options.console.done(formatImageReport(report))
      // News that no deploy ends for.
      const news = before && (await newsSince(before, image.pushed.served, options).catch(() => {}))
      packages.set(image, news?.packages ?? [])
      const changed = listPackageChanges(news?.packages ?? [], 5).map((line) => `package ${line}`)
      options.console.details([...image.notes, ...(news?.moved ?? []), ...changed])
    }
    if (live?.kind === 'unreadable') {
      options.console.warn(`Could not tell which functions are replaced: ${live.reason}`)
    }
    const replaced = images.flatMap(({ image }) =>
      image.functions.filter(({ logicalId }) => functions.get(logicalId)?.packageType === 'Zip'),
    )
    const { file, stackName } = options
    if (file !== undefined) await writeDeployReport(file, { stackName, images, packages, replaced })
    for (const { logicalId, pragma, name } of replaced) {
      options.console.warn(
        `${pragma} ${name} changes from zip to image, so CloudFormation replaces the function ` +
          `(${logicalId}): a new name and log group; alarms and ARNs written down elsewhere have to follow.`,
      )
    }
  }
}

/** Of the live image, when it is another one and its manifest is known here, or still there. */
async function liveManifest(
  { image, imageUri }: VerifiedImage,
  functions: ReadonlyMap<string, LiveFunction>,
  options: ReportOptions,
): Promise<Manifest | undefined> {
  const live = image.functions
    .map(({ logicalId }) => functions.get(logicalId)?.imageUri)
    .find((uri) => typeof uri === 'string')
  if (live === undefined || live === imageUri) return undefined
  const pinned = parsePinned(live)
  const repository = await options.repository()
  if (pinned?.name !== repository.uri) return undefined
  const served = await readKnownManifest(repository, pinned.digest, options)
  if (served === undefined || kindOf(served.mediaType) === 'index') return undefined
  return parseManifest(served.bytes, served.mediaType)
}

/** Images of the embedded builder say what they start from and which packages they have. */
async function newsSince(
  before: Manifest,
  served: ServedManifest,
  { repository: open, cacheDirectory }: Pick<ReportOptions, 'repository' | 'cacheDirectory'>,
): Promise<{ readonly moved: readonly string[]; readonly packages: readonly PackageChange[] }> {
  const repository = await open()
  const now = parseManifest(served.bytes, served.mediaType)
  const [was, is] = await Promise.all([
    readConfig(repository, before, { cacheDirectory }),
    readConfig(repository, now, { cacheDirectory }),
  ])
  const label = (config: OciConfig, key: 'base' | 'dependencies') =>
    config.config?.Labels?.[imageLabels[key]]
  const move = baseMove(label(was, 'base'), label(is, 'base'))
  const isSame = label(was, 'dependencies') === label(is, 'dependencies')
  const [old, current] = isSame
    ? []
    : await Promise.all([recordedPackages(repository, was), recordedPackages(repository, is)])
  return {
    moved: move === undefined ? [] : [formatBaseMove(move, Date.now())],
    packages: old && current ? packageChanges(old, current) : [],
  }
}
