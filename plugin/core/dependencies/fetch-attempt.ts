/** What a line of npm (`--loglevel=http`) or pnpm tells of a request to a registry. */
export type FetchAttempt =
  | { readonly kind: 'failed'; readonly host: string; readonly code: string }
  | { readonly kind: 'done' }

const npmFailed = /^npm http fetch \w+ (\S+) attempt \d+ failed with (\S+)/
const pnpmFailed = /\bWARN\b.* (https?:\/\/\S+) error \((\w+)\)\. Will retry/
const done = /^npm http fetch \w+ [23]\d\d |^Progress: .*\bdownloaded [1-9]/

export function parseFetchAttempt(line: string): FetchAttempt | undefined {
  const [, url = '', code = ''] = npmFailed.exec(line) ?? pnpmFailed.exec(line) ?? []
  if (code !== '') return { kind: 'failed', host: URL.canParse(url) ? new URL(url).host : '', code }
  return done.test(line) ? { kind: 'done' } : undefined
}

/** Lines that only tell how requests go; what npm says of an error is elsewhere. */
export function isFetchLine(line: string): boolean {
  return line.startsWith('npm http ')
}

/**
 * Whether a tarball ended in the middle: npm and pnpm ask again what fails at once, or comes with
 * other bytes, but not that.
 */
export function brokeOff(output: string): boolean {
  return /\bnetwork aborted\b|premature close|unexpected end of file|Z_BUF_ERROR/i.test(output)
}
