import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { credentialOrigin } from '../../core/doctor/credential-origin.ts'
import { didYouMean } from '../../core/basics/suggest.ts'
import { isRecord, recordOf, textOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'

/**
 * Why there are no credentials, or no region, from what Architect's client throws: errors, and
 * answers of the machine's own service as they came.
 * @param profile what app.arc names
 */
export async function signInError(
  error: unknown,
  profile: string | undefined,
): Promise<ContainerImageError> {
  const text = wordsOf(error)
  if (/^(Unable to find AWS region|Invalid region|Region must)/.test(text)) {
    const message = `${text}. Name a region in app.arc ('@aws' and 'region us-west-2') or in AWS_REGION.`
    return new ContainerImageError('AWS_REGION_MISSING', message, { cause: error })
  }
  const wanted = profile ?? process.env['AWS_PROFILE']
  const files = await profileFiles()
  const known = profileNames(files)
  if (wanted !== undefined && !known.includes(wanted))
    return new ContainerImageError(
      'AWS_CREDENTIALS_MISSING',
      unknownProfile(wanted, known, profile),
      {
        cause: error,
      },
    )
  const name = wanted ?? 'default'
  const way = wayOut(credentialOrigin({}, name, files), name, text)
  if (way !== undefined)
    return new ContainerImageError('AWS_CREDENTIALS_MISSING', way, { cause: error })
  const isPlain = /^(?:Unable to find AWS credentials|Profile not found)/.test(text)
  const seen = isPlain ? '' : ` (${text})`
  return new ContainerImageError(
    'AWS_CREDENTIALS_MISSING',
    `No AWS credentials${seen}. Looked for AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, then for profile '${name}' in ~/.aws (keys, SSO, credential_process), then for the role of the container or machine. Set one of them; 'arc deploy' itself needs the same.`,
    { cause: error },
  )
}

/** Whether an error is about signing in at all; what is thrown there is often no error. */
export function isSignInError(error: unknown): boolean {
  if (error instanceof Error)
    return /^(?:Unable to find AWS|Profile not found|Invalid region|Region must|SSO |Unable to load specified SSO)/.test(
      error.message,
    )
  return isRecord(error) && isRecord(error['metadata'])
}

function unknownProfile(
  wanted: string,
  known: readonly string[],
  profile: string | undefined,
): string {
  const by = profile === undefined ? 'AWS_PROFILE names' : "'profile' under @aws in app.arc names"
  const hint = didYouMean(wanted, known)
  const has = known.length === 0 ? 'They name none.' : `They have ${known.join(', ')}.`
  return `There is no profile '${wanted}' in ~/.aws/credentials or ~/.aws/config, and ${by} it.${hint === '' ? ` ${has}` : hint} Make it with 'aws configure --profile ${wanted}' or 'aws configure sso', or name another one.`
}

/** For kinds of profiles that need something else than keys. */
function wayOut(origin: string, name: string, seen: string): string | undefined {
  if (origin.endsWith('(SSO)'))
    return `Profile '${name}' signs in by SSO, and its session gave no credentials (${seen}). Run 'aws sso login --profile ${name}'.`
  if (origin.endsWith('(a role)'))
    return `Profile '${name}' assumes a role, which Architect's own client cannot do. Hand it the role's credentials: eval "$(aws configure export-credentials --profile ${name} --format env)"`
  return undefined
}

/** Texts of credentials and config. */
async function profileFiles(): Promise<readonly string[]> {
  const files = [
    process.env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(homedir(), '.aws/credentials'),
    process.env['AWS_CONFIG_FILE'] ?? join(homedir(), '.aws/config'),
  ]
  return await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
}

function profileNames(files: readonly string[]): readonly string[] {
  const head = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/gm
  const names = files.flatMap((text) => [...text.matchAll(head)].map(([, name = '']) => name))
  return [...new Set(names)].filter((name) => !/^(?:sso-session|services)\s/.test(name))
}

function wordsOf(error: unknown): string {
  if (error instanceof Error) return error.message
  if (!isRecord(error)) return String(error)
  const { metadata, statusCode } = error
  const service = textOf(recordOf(metadata)['service'])
  const status = typeof statusCode === 'number' ? ` answered ${statusCode}` : ' did not answer'
  return `${service ?? "the machine's metadata service"}${status}`
}

/** The client also prints what it throws; only that line is held back. */
export async function withoutEcho<Result>(work: () => Promise<Result>): Promise<Result> {
  const print = console.error
  const filtered = (...words: unknown[]): void => {
    if (!String(words[0]).startsWith('Failed to load credentials via ')) print(...words)
  }
  console.error = filtered
  try {
    return await work()
  } finally {
    if (console.error === filtered) console.error = print
  }
}
