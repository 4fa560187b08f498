import { isRecord, recordOf, textOf } from '../../core/basics/is-record.ts'
import type { IncomingMessage } from 'node:http'

import { certificateAdvice } from '../../core/basics/certificate-advice.ts'
import { ContainerImageError, type ErrorCode } from '../../errors.ts'
import { redact } from '../secrets/known-secrets.ts'
import { readRetryAfter, temporary } from './retry.ts'

const retryableStatuses = new Set([408, 425, 429, 500, 502, 503, 504])
const passingCodes = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
])

/** Without the query: a redirect's carries a signature. */
export function printable(url: URL): string {
  return `${url.origin}${url.pathname}`
}

/** The other side did not answer, or stopped in the middle. */
export function unreachable(method: string, url: URL, cause: unknown): ContainerImageError {
  if (cause instanceof ContainerImageError) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const seen = cause instanceof Error && cause.message !== '' ? cause.message : code || 'no answer'
  const error = new ContainerImageError(
    'REGISTRY_UNREACHABLE',
    `${method} ${printable(url)}: ${seen}. ${certificateAdvice(code) ?? "Check the network, the registry's host and HTTPS_PROXY."}`,
    { cause },
  )
  // No code: Node's parser or our own timeout ended it. A wrong name or certificate stays wrong.
  return code === '' || code.startsWith('HPE_') || passingCodes.has(code) ? temporary(error) : error
}

/** What the distribution spec says in the body of an error. */
interface SpecError {
  readonly code: string
  readonly message: string
}

/** An answer that was not asked for, as an error that says so; consumes the body. */
export async function failureOf(
  method: string,
  url: URL,
  answer: IncomingMessage,
  secret?: string,
): Promise<ContainerImageError> {
  const status = answer.statusCode ?? 0
  const spec = await readSpecError(answer)
  const said = [spec?.code, spec?.message].filter(Boolean).join(': ')
  const seen = `${method} ${printable(url)}: ${status} ${said}`.trimEnd()
  const { code, advice } = adviceFor(status, spec, method, permissionOf(method, url))
  const message = `${hide(seen, secret)}. ${advice}`
  const error = new ContainerImageError(code, message, { cause: { status, spec: spec?.code } })
  return retryableStatuses.has(status)
    ? temporary(error, readRetryAfter(answer.headers['retry-after']))
    : error
}

/** The spec's code in an error of `failureOf`. */
export function specCodeOf(error: unknown): string | undefined {
  return error instanceof ContainerImageError ? textOf(recordOf(error.cause)['spec']) : undefined
}

function adviceFor(
  status: number,
  spec: SpecError | undefined,
  method: string,
  permission: string,
): { readonly code: ErrorCode; readonly advice: string } {
  if (isTakenTag(status, spec)) {
    return { code: 'TAG_TAKEN', advice: 'Use the image that has the tag, or another tag.' }
  }
  if (status === 401 || status === 403) {
    return {
      code: 'REGISTRY_DENIED',
      advice: `Allow this to the role or user whose credentials are used; on ECR it is ${permission}.`,
    }
  }
  if (spec?.code === 'NAME_UNKNOWN') {
    return { code: 'REGISTRY_REPOSITORY_MISSING', advice: 'Make the repository first.' }
  }
  if (status >= 300 && status < 400) {
    return { code: 'REGISTRY_FAILED', advice: 'This redirect is not followed. Name that host.' }
  }
  if (spec?.code === 'DIGEST_INVALID' || spec?.code === 'SIZE_INVALID') {
    return {
      code: 'REGISTRY_FAILED',
      advice: 'Other bytes arrived than were sent: look at what lies between, such as a proxy.',
    }
  }
  if (method === 'GET' && spec?.code === 'BLOB_UNKNOWN') {
    return {
      code: 'REGISTRY_BLOB_LOST',
      advice:
        'A manifest names it, and the registry has lost it: push the image that it is part of again, and look for a clean-up that deletes from this repository.',
    }
  }
  if (method === 'PUT' && /BLOB_(?:UPLOAD_)?UNKNOWN$/.test(spec?.code ?? '')) {
    return {
      code: spec?.code.includes('UPLOAD') ? 'REGISTRY_FAILED' : 'REGISTRY_BLOB_LOST',
      advice:
        'The registry does not know what it has just taken: deploy again, which sends it anew. If that stays so, look for a clean-up that deletes from this repository, or for a proxy that answers for the registry.',
    }
  }
  return {
    code: 'REGISTRY_FAILED',
    advice: retryableStatuses.has(status)
      ? 'Try again later.'
      : 'Check the name of the registry and what it says.',
  }
}

/** What a request takes, in the words of ECR's policies. */
function permissionOf(method: string, { pathname }: URL): string {
  const reads = method === 'GET' || method === 'HEAD'
  if (pathname.includes('/manifests/')) return reads ? 'ecr:BatchGetImage' : 'ecr:PutImage'
  if (method === 'HEAD') return 'ecr:BatchCheckLayerAvailability'
  if (method === 'GET') return 'ecr:GetDownloadUrlForLayer'
  return method === 'POST'
    ? 'ecr:InitiateLayerUpload'
    : 'ecr:UploadLayerPart and ecr:CompleteLayerUpload'
}

/** ECR: 400 TAG_INVALID, also for the same bytes; Harbor and others: 409 or 412. */
function isTakenTag(status: number, spec: SpecError | undefined): boolean {
  return (
    [400, 409, 412].includes(status) &&
    /already exists|immutable/i.test(`${spec?.code} ${spec?.message}`)
  )
}

async function readSpecError(answer: IncomingMessage): Promise<SpecError | undefined> {
  let text = ''
  try {
    for await (const chunk of answer) {
      text += String(chunk)
      if (text.length > 64 * 1024) break
    }
    const { errors } = recordOf(JSON.parse(text))
    const first: unknown = Array.isArray(errors) ? errors[0] : undefined
    return isRecord(first)
      ? { code: clean(first['code']), message: clean(first['message']) }
      : undefined
  } catch {
    return undefined
  }
}

/** A registry's words go to a terminal: no control characters, no novels. */
function clean(value: unknown): string {
  return typeof value === 'string'
    ? redact(value)
        .replaceAll(/\p{Cc}+/gu, ' ')
        .slice(0, 400)
    : ''
}

function hide(text: string, authorization: string | undefined): string {
  const secret = authorization?.replace(/^\S+\s+/, '')
  return secret ? text.replaceAll(secret, '***') : text
}
