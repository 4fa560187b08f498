import { isRecord, textOf, textsOf } from '../basics/is-record.ts'
import type { InitError } from './start-outcome.ts'

/** The report of a client of any language; Node calls the trace `trace`, Python `stackTrace`. */
export function parseInitError(report: string): InitError {
  const told = parseJson(report)
  return {
    type: textOf(told['errorType']) ?? 'Error',
    message: textOf(told['errorMessage']) ?? report,
    trace: textsOf(told['trace'] ?? told['stackTrace']),
  }
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const told: unknown = JSON.parse(text)
    return isRecord(told) ? told : {}
  } catch {
    return {}
  }
}

/** What each client says in words where it has no code; errno 13 and 30 are EACCES and EROFS. */
const words: Readonly<Record<string, RegExp>> = {
  ERR_DLOPEN_FAILED:
    /invalid ELF header|wrong ELF class|file too short|cannot open shared object file|undefined symbol: |version `[^']+' not found \(required by/,
  EROFS: /^EROFS: |\[Errno 30\]/,
  EACCES: /^EACCES: |\[Errno 13\]/,
  ERR_MODULE_NOT_FOUND: /^Cannot find (?:package|module) '.*' imported from /,
  MODULE_NOT_FOUND: /Cannot find module '|No module named '/,
}

/**
 * The system's or Node's code of what was thrown: the report has none, but the client's log line
 * and Node's own last words have.
 */
export function errorCode({ message }: InitError, output: string): string | undefined {
  const logged =
    /"code":"([A-Z_]+)"/.exec(output)?.[1] ?? /^ {2}code: '([A-Z_]+)'/m.exec(output)?.[1]
  return logged ?? Object.entries(words).find(([, pattern]) => pattern.test(message))?.[0]
}
