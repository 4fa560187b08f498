import { recordOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'

/** What was asked of AWS, for messages: `ecr:CreateRepository` on `repository 'x'`. */
export interface AwsCall {
  readonly service: 'cloudformation' | 'ecr' | 'iam' | 'lambda' | 'logs' | 's3' | 'ssm' | 'sts'
  readonly action: string
  readonly resource: string
}

const refusedCredentials = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
])

const denied = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'])

/** AWS's own name for an error, `RepositoryNotFoundException`; also of an error that wraps it. */
export function awsCodeOf(error: unknown): string | undefined {
  const source = error instanceof ContainerImageError ? error.cause : error
  // Some services put a namespace before it: `com.amazonaws...#ThrottlingException`.
  return field(source, 'code')?.split('#').at(-1)
}

/** An error of the AWS client in the user's terms. */
export function awsError(error: unknown, call: AwsCall): ContainerImageError {
  const code = awsCodeOf(error)
  const permission = `${call.service}:${call.action}`
  const text = textOf(error)
  if (code !== undefined && isClockSkew(code, text))
    return new ContainerImageError(
      'AWS_CREDENTIALS_REFUSED',
      `${permission}: AWS refused the signature for its time, ${here()} here: ${code}: ${sentence(text)} Set this machine's clock; the credentials may be good.`,
      { cause: error },
    )
  if (code !== undefined && refusedCredentials.has(code))
    return new ContainerImageError(
      'AWS_CREDENTIALS_REFUSED',
      `${permission}: AWS refused the credentials: ${code}: ${sentence(text)} Renew them or name another profile.`,
      { cause: error },
    )
  const status = field(error, 'statusCode')
  // A refusal without a body, as S3 gives one to a HEAD, has its status only.
  if (code === undefined ? String(status) === '403' : denied.has(code))
    return new ContainerImageError(
      'AWS_DENIED',
      `${permission} on ${call.resource}: ${code ?? status}${reasonIn(text, code)}. ${cureOf(text, permission, call.resource)}`,
      { cause: error },
    )
  const seen = [status, code].filter((part) => part !== undefined).join(' ')
  return new ContainerImageError(
    'AWS_FAILED',
    [
      `${permission} on ${call.resource}: ${seen === '' ? 'no answer' : seen}: ${sentence(text)}`,
      ...cureOfFailure(status, code),
    ].join(' '),
    { cause: error },
  )
}

function field(error: unknown, name: string): string | undefined {
  const value = recordOf(error)[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

function textOf(error: unknown): string {
  return (field(error, 'message') ?? String(error)).replace(/^@aws-lite\/client: [\w.]+: /, '')
}

/** Not all that AWS says ends with a full stop. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** Only what is not about the call itself; AWS's own words tell the rest. */
function cureOfFailure(status: string | undefined, code: string | undefined): readonly string[] {
  if (status === undefined)
    return ['Check the network, the region and HTTPS_PROXY, then try again.']
  if (Number(status) >= 500 || Number(status) === 429 || /throttl|slow ?down/i.test(code ?? ''))
    return ['It was asked several times: try again later.']
  return []
}

/** A signature is good for some minutes around AWS's own time. */
function isClockSkew(code: string, text: string): boolean {
  return code === 'RequestTimeTooSkewed' || /signature (?:expired|not yet current)/i.test(text)
}

function here(): string {
  return new Date().toISOString()
}

/** AWS's own words, which alone tell what refuses: a policy that lacks something or one that denies. */
function reasonIn(text: string, code: string | undefined): string {
  const reason = text.trim().replace(/\.$/, '')
  return reason === '' || reason === code ? '' : `: ${reason}`
}

function cureOf(text: string, permission: string, resource: string): string {
  if (/permissions boundary/i.test(text))
    return `The role's permissions boundary does not allow it: whoever made the role has to let the boundary allow ${permission} on ${resource}.`
  if (/(?:service|resource) control policy/i.test(text))
    return `A policy of the AWS organization forbids it, so no policy of this account helps: ask its administrator for ${permission} on ${resource}.`
  if (/explicit deny/i.test(text))
    return `A Deny forbids it, so another Allow does not help: look for the statement that denies ${permission}.`
  return `Allow ${permission} on ${resource} for the deploying role.`
}
