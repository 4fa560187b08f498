import { ContainerImageError } from '../../errors.ts'
import { certificateAdvice } from '../../core/basics/certificate-advice.ts'
import { isFetchLine } from '../../core/dependencies/fetch-attempt.ts'
import { redact } from '../secrets/known-secrets.ts'
import type { PackageManager } from '../../core/model.ts'

interface Failure {
  readonly name: PackageManager
  readonly image: string
  readonly args: readonly string[]
  readonly output: string
  /** What is known when the tool itself said nothing. */
  readonly ended: string
}

const network =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|CERT_|SELF_SIGNED|UNABLE_TO_VERIFY)/

const certificate =
  /\b(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|ERR_TLS_CERT_ALTNAME_INVALID)\b/

/** What each of npm's and pnpm's own codes asks of the user; the first that matches counts. */
const remedies: readonly (readonly [RegExp, (folder: string, said: string) => string])[] = [
  [
    /\bEUSAGE\b|ERR_PNPM_OUTDATED_LOCKFILE|ERR_PNPM_LOCKFILE_CONFIG_MISMATCH/,
    (folder) =>
      `The lockfile does not match package.json: run the package manager's install in ${folder} ` +
      '(npm 11 or newer, so that the packages of all platforms are in it) and commit the lockfile.',
  ],
  [
    /ERR_PNPM_LOCKFILE_BREAKING_CHANGE|ERR_PNPM_(?:NO|BROKEN|UNSUPPORTED)_LOCKFILE|Ignoring not compatible lockfile/,
    (folder) => `This lockfile is of another pnpm: run 'pnpm install' (pnpm 10) in ${folder}.`,
  ],
  [
    /\bE404\b|\bETARGET\b|\bENOVERSIONS\b|ERR_PNPM_FETCH_404|ERR_PNPM_NO_MATCHING_VERSION/,
    (folder) =>
      'The registry does not have that package or version: correct its name or version, or name ' +
      `the registry that has it in ${folder}/.npmrc.`,
  ],
  [
    /\bEBADPLATFORM\b|ERR_PNPM_UNSUPPORTED_PLATFORM/,
    () =>
      'A package for another platform is asked for by name: move it to optionalDependencies, or ' +
      'depend on the package that brings in the right one by itself.',
  ],
  [
    /\bE401\b|\bE403\b|\bENEEDAUTH\b|ERR_PNPM_FETCH_40[13]/,
    (folder) =>
      `The registry refused the credentials: see ${folder}/.npmrc and the tokens it refers to.`,
  ],
  [
    /\bEINTEGRITY\b|ERR_PNPM_TARBALL_INTEGRITY/,
    () =>
      'Other bytes than the lockfile names came, also when they were asked for again: look at what ' +
      "lies between, such as a proxy's page or a portal's, else find out why before renewing it.",
  ],
  [
    /\bE(?:429|5\d\d)\b|ERR_PNPM_FETCH_(?:429|5\d\d)/,
    () => 'The registry itself has trouble, and was asked several times: try again later.',
  ],
  [/\bENOSPC\b/, () => 'The disk of the cache is full.'],
  [certificate, (_, said) => certificateAdvice(certificate.exec(said)?.[0] ?? '') ?? ''],
  [network, () => 'The registry could not be reached: check network, proxy and registry settings.'],
]

/** The tool's own last lines and what to do about them. */
export function explainFailure({ name, image, args, output, ended }: Failure): ContainerImageError {
  // After what was wrong, npm prints how it is used in general.
  const [said = ''] = redact(output).split(/^npm error (?:Clean install a project|Usage:)/m)
  const all = said.split(/\r?\n/).filter(isTelling).map(withoutCredentials)
  const own = all.filter((line) => !isFetchLine(line))
  // One that was ended in the midst of its requests has said nothing else.
  const lines = own.length > 0 ? own : all
  const text = lines.join('\n')
  const remedy = remedies.find(([pattern]) => pattern.test(text))?.[1]
  const shown =
    lines.length > 0
      ? lines.slice(-12).map((line) => `  ${line}`)
      : [`  ${withoutCredentials(redact(ended))}`]
  const head = `'${name} ${args[0] ?? ''}' failed for image '${image}':`
  const what = remedy?.(`docker/${image}`, text) ?? `Try the same in a copy of docker/${image}.`
  return new ContainerImageError('DEPENDENCIES_INSTALL_FAILED', [head, ...shown, what].join('\n'))
}

function isTelling(line: string): boolean {
  return !/^(?:npm error)?\s*$|complete log of this run|^npm warn Unknown \S+ config|^\s+\S+debug-0\.log/.test(
    line,
  )
}

/** By their form: those of files that nobody knows of, as of a registry that npm asks by itself. */
function withoutCredentials(line: string): string {
  return line
    .replaceAll(/\/\/[^/\s@]+@/g, '//***@')
    .replaceAll(/((?:_authToken|_auth|_password|authorization)["']?\s*[=:]\s*)\S.*/gi, '$1***')
    .replaceAll(/\b(?:npm_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{20,})/g, '***')
}
