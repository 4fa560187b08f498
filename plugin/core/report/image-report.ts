import { totalSize } from '../../oci/descriptor.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { PackageChange } from './package-changes.ts'
import { formatBytes } from '../basics/format-bytes.ts'

/** One part of an image: bytes are compressed ones, as the registry keeps them. */
export interface PartReport {
  readonly part: 'base' | 'dependencies' | 'app' | 'layers'
  readonly size: number
  /** Bytes that this deploy uploaded; 0 when the registry had them. */
  readonly sent: number
}

/** What can become of an image in a deploy, and in words; of `built` the parts tell more. */
export const imageOutcomes = {
  built: 'built',
  /** How much of it was sent, docker does not tell. */
  builtByDocker: 'built and pushed by Docker',
  found: 'unchanged',
  /** Another deploy pushed the same image while this one was building it. */
  adopted: 'pushed by another deploy',
} as const

export type ImageOutcome = keyof typeof imageOutcomes

/** What became of one image in a deploy. */
export interface ImageReport {
  readonly name: string
  readonly architecture: LambdaArchitecture
  readonly outcome: ImageOutcome
  readonly parts: readonly PartReport[]
  readonly milliseconds: number
  /** Compressed bytes of the image that is live, when it is another one and could be asked. */
  readonly liveSize?: number
  /** What became of its packages since the image that is live, the largest first. */
  readonly packages?: readonly PackageChange[]
}

/** Bytes that the deploy uploaded; `undefined` where nobody tells. */
export function bytesSent({ outcome, parts }: Pick<ImageReport, 'outcome' | 'parts'>) {
  return outcome === 'builtByDocker' ? undefined : parts.reduce((sum, { sent }) => sum + sent, 0)
}

function formatPart({ part, size, sent }: PartReport): string {
  return `${part} ${formatBytes(size)} ${sent > 0 ? 'sent' : 'reused'}`
}

function formatChange(size: number, liveSize: number): string {
  const change = size - liveSize
  if (change === 0) return 'same size as the live image'
  return `${formatBytes(Math.abs(change))} ${change > 0 ? 'more' : 'less'} than the live image`
}

/**
 * One line an image:
 * `lancedb (arm64): base 61 MB reused, dependencies 62 MB reused, app 12 kB sent; 0.4 s`.
 */
export function formatImageReport(report: ImageReport): string {
  const size = totalSize(report.parts)
  const sent = bytesSent(report)
  const what =
    report.outcome === 'built'
      ? report.parts.map(formatPart).join(', ')
      : `${imageOutcomes[report.outcome]}, ${formatBytes(size)}`
  const details = [
    what,
    ...(sent === undefined ? [] : [`${sent > 0 ? formatBytes(sent) : 'nothing'} sent`]),
    ...(report.liveSize === undefined ? [] : [formatChange(size, report.liveSize)]),
    `${(report.milliseconds / 1000).toFixed(1)} s`,
  ]
  return `${report.name} (${report.architecture}): ${details.join('; ')}`
}
