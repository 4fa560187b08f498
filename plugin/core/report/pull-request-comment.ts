import { formatBytes } from '../basics/format-bytes.ts'
import type { Cause } from '../events/diagnosis.ts'
import type { DeployOutcome } from './deploy-outcome.ts'
import type { DeployReport } from './deploy-report.ts'
import { formatPackageChange, listPackageChanges } from './package-changes.ts'
import { bytesSent } from './image-report.ts'
import { totalSize } from '../../oci/descriptor.ts'

/** Everything that the comment on a pull request tells. */
export interface PullRequestReport {
  readonly stackName: string
  readonly outcome: DeployOutcome
  /** Absent when the deploy ended before it had images. */
  readonly deploy?: DeployReport
  /** Milliseconds from the start of `arc` on. */
  readonly duration?: number
  readonly url?: string
  /** The stack that sizes are compared with. */
  readonly baseStack: string
  /** Compressed bytes more than the base stack's image, by `imageUri`; absent: it has none. */
  readonly changes: ReadonlyMap<string, number>
  /** Why CloudFormation failed, the root cause first. */
  readonly failures: readonly Cause[]
}

/** The line by which a comment is found again; GitHub shows nothing of it. */
export function commentMarker(stackName: string): string {
  return `<!-- arc-images: ${stackName} -->`
}

/** A comment in Markdown; text from outside is in code spans or is escaped. */
export function formatPullRequestReport(report: PullRequestReport): string {
  const { stackName, outcome, url, deploy } = report
  return [
    commentMarker(stackName),
    `### ${headings[outcome]} ${code(stackName)}`,
    ...(outcome === 'success' && url !== undefined ? [`<${encodeURI(url)}>`] : []),
    ...failures(report),
    ...(deploy === undefined || deploy.images.length === 0 ? [] : [images(report, deploy)]),
    ...(deploy === undefined ? [] : deploy.images.flatMap(packages)),
    ...(deploy === undefined ? [] : replacements(deploy)),
    ...(report.duration === undefined ? [] : [`Took ${formatDuration(report.duration)}.`]),
  ].join('\n\n')
}

const headings: Readonly<Record<DeployOutcome, string>> = {
  success: 'Deployed',
  failure: 'Could not deploy',
  cancelled: 'Deploy was cancelled:',
  skipped: 'Not deployed:',
  absent: 'There is no stack',
  running: 'Not finished:',
}

function images({ baseStack, changes }: PullRequestReport, deploy: DeployReport): string {
  const rows = deploy.images.map((image) => {
    const change = changes.get(image.imageUri)
    return row([
      `${code(image.name)} ${image.architecture}`,
      image.functions.map(({ name }) => code(name)).join('<br>'),
      formatBytes(totalSize(image.parts)),
      change === undefined ? 'new' : formatChange(change),
      formatSent(bytesSent(image)),
    ])
  })
  const against = `against ${code(baseStack)}`
  const head = ['image', 'functions', 'size', against, 'sent']
  return [row(head), row(head.map(() => '---')), ...rows].join('\n')
}

function formatSent(sent: number | undefined): string {
  if (sent === undefined) return 'by Docker'
  return sent === 0 ? 'nothing' : formatBytes(sent)
}

function formatChange(change: number): string {
  if (change === 0) return 'same'
  return `${change > 0 ? '+' : '−'}${formatBytes(Math.abs(change))}`
}

function packages({ name, architecture, packages: changes = [] }: DeployReport['images'][number]) {
  if (changes.length === 0) return []
  const lines = listPackageChanges(changes, 5, (change) => code(formatPackageChange(change)))
  return [
    `Packages of ${code(name)} ${architecture}:\n${lines.map((line) => `- ${line}`).join('\n')}`,
  ]
}

function replacements({ replaced }: DeployReport): string[] {
  if (replaced.length === 0) return []
  const names = replaced.map(({ name, logicalId }) => `- ${code(name)} (${code(logicalId)})`)
  return [
    `Replaced, since they change from zip to image (new name and log group):\n${names.join('\n')}`,
  ]
}

function failures({ failures: found, outcome }: PullRequestReport): string[] {
  if (outcome !== 'failure') return []
  if (found.length === 0) return ['The log of the deploy says why.']
  return [`CloudFormation rolled back:\n${found.map(failure).join('\n')}`]
}

function failure({ logicalId, name, type, reason, path, heading }: Cause): string {
  const what = name === undefined ? code(logicalId) : `${code(name)}, ${code(logicalId)}`
  const where = path === undefined ? '' : `, in the template at ${code(path)}`
  const more =
    heading === undefined ? '' : `<br>See the plugin's docs/troubleshooting.md: ${heading}`
  return `- ${what} (${code(type)}): ${code(reason)}${where}${more}`
}

function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

/** A code span that nothing in the text can end: one line, no table bar, a longer fence than inside. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim()
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`
}
