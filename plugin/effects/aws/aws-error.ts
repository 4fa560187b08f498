import { ContainerImageError } from '../../errors.ts'

/** What was asked of AWS, for messages: `ecr:CreateRepository` on `repository 'x'`. */
export interface AwsCall {
  readonly service: 'cloudformation' | 'ecr' | 'lambda' | 'logs' | 's3'
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

function field(error: unknown, name: string): string | undefined {
  const value: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** AWS's own name for an error, `RepositoryNotFoundException`; also of an error that wraps it. */
export function awsCodeOf(error: unknown): string | undefined {
  const source = error instanceof ContainerImageError ? error.cause : error
  // Some services put a namespace before it: `com.amazonaws...#ThrottlingException`.
  return field(source, 'code')?.split('#').at(-1)
}

function textOf(error: unknown): string {
  return (field(error, 'message') ?? String(error)).replace(/^@aws-lite\/client: [\w.]+: /, '')
}

/** An error of the AWS client in the user's terms. */
export function awsError(error: unknown, call: AwsCall): ContainerImageError {
  const code = awsCodeOf(error)
  const permission = `${call.service}:${call.action}`
  const text = textOf(error)
  if (code !== undefined && refusedCredentials.has(code))
    return new ContainerImageError(
      'AWS_CREDENTIALS_REFUSED',
      `${permission}: AWS refused the credentials: ${code}: ${text} Renew them or name another profile.`,
      { cause: error },
    )
  const status = field(error, 'statusCode')
  // S3's answers are read as text, so that a refusal has its status only.
  if (code === undefined ? String(status) === '403' : denied.has(code))
    return new ContainerImageError(
      'AWS_DENIED',
      `${permission} on ${call.resource}: ${code ?? status}. Allow ${permission} on ${call.resource} for the deploying role.`,
      { cause: error },
    )
  const seen = [status, code].filter((part) => part !== undefined).join(' ')
  return new ContainerImageError(
    'AWS_FAILED',
    `${permission} on ${call.resource}: ${seen === '' ? 'no answer' : seen}: ${text}`,
    { cause: error },
  )
}
