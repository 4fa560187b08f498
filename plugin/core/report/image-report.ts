import type { LambdaArchitecture } from '../../oci/platform.ts'

/** One part of an image: bytes are compressed ones, as the registry keeps them. */
export interface PartReport {
  readonly part: 'base' | 'dependencies' | 'app' | 'layers'
  readonly size: number
  /** Bytes that this deploy uploaded; 0 when the registry had them. */
  readonly sent: number
}

/** What became of one image in a deploy. */
export interface ImageReport {
  readonly name: string
  readonly architecture: LambdaArchitecture
  /**
   * `adopted`: another deploy pushed the same image while this one was building it.
   * `builtByDocker`: how much of it was sent, docker does not tell.
   */
  readonly outcome: 'built' | 'builtByDocker' | 'found' | 'adopted'
  readonly parts: readonly PartReport[]
  readonly milliseconds: number
  /** Compressed bytes of the image that is live, when it is another one and could be asked. */
  readonly liveSize?: number
}

/** Decimal units, as registries and `docker push` print them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB']
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length)
  const value = bytes / 1000 ** power
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[power - 1]}`
}

function formatPart({ part, size, sent }: PartReport): string {
  return `${part} ${formatBytes(size)} ${sent > 0 ? 'sent' : 'reused'}`
}

function formatChange(size: number, liveSize: number): string {
  const change = size - liveSize
  if (change === 0) return 'same size as the live image'
  return `${formatBytes(Math.abs(change))} ${change > 0 ? 'more' : 'less'} than the live image`
}

const outcomes = {
  builtByDocker: 'built and pushed by Docker',
  found: 'unchanged',
  adopted: 'pushed by another deploy',
}

/**
 * One line an image:
 * `lancedb (arm64): base 61 MB reused, dependencies 62 MB reused, app 12 kB sent; 0.4 s`.
 */
export function formatImageReport(report: ImageReport): string {
  const size = report.parts.reduce((sum, part) => sum + part.size, 0)
  const sent = report.parts.reduce((sum, part) => sum + part.sent, 0)
  const what =
    report.outcome === 'built'
      ? report.parts.map(formatPart).join(', ')
      : `${outcomes[report.outcome]}, ${formatBytes(size)}`
  const details = [
    what,
    ...(report.outcome === 'builtByDocker'
      ? []
      : [`${sent > 0 ? formatBytes(sent) : 'nothing'} sent`]),
    ...(report.liveSize === undefined ? [] : [formatChange(size, report.liveSize)]),
    `${(report.milliseconds / 1000).toFixed(1)} s`,
  ]
  return `${report.name} (${report.architecture}): ${details.join('; ')}`
}
