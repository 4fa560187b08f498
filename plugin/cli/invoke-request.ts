import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parseEnv } from 'node:util'

import { parseJson } from '../core/basics/parse-json.ts'
import type { HttpRequest } from '../core/invoke/http-event.ts'
import { ContainerImageError } from '../errors.ts'

/** The options that describe a request to a function under `@http`. */
export interface RequestFlags {
  readonly path?: string | undefined
  readonly method?: string | undefined
  readonly header?: readonly string[] | undefined
  readonly data?: string | undefined
}

/**
 * The event that was given: a file, `-` for stdin, or the JSON itself.
 * @returns JSON
 * @throws ContainerImageError COMMAND_INVALID
 */
export async function readEvent(given: string): Promise<string> {
  const isLiteral = /^\s*(?:[[{"]|null\b|true\b|false\b|-?\d+(?:\.\d+)?\s*$)/.test(given)
  const what = isLiteral ? '--event' : given === '-' ? 'stdin' : given
  const json = isLiteral
    ? given
    : given === '-'
      ? await text(process.stdin)
      : (await readGiven('--event', given)).toString()
  try {
    return JSON.stringify(parseJson(json))
  } catch (cause) {
    const fault = cause instanceof Error ? cause.message : String(cause)
    throw new ContainerImageError('COMMAND_INVALID', `${what} is no JSON: ${fault}.`, { cause })
  }
}

/** @throws ContainerImageError COMMAND_INVALID */
export async function readRequest(flags: RequestFlags): Promise<HttpRequest> {
  const { path, method, header = [], data } = flags
  const headers = header.map((line): [string, string] => {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) return [name, value]
    throw new ContainerImageError('COMMAND_INVALID', `--header takes 'name: value', not '${line}'.`)
  })
  if (path !== undefined && !path.startsWith('/'))
    throw new ContainerImageError('COMMAND_INVALID', `--path begins with '/', not '${path}'.`)
  const body =
    data === undefined
      ? undefined
      : data.startsWith('@')
        ? await readGiven('--data', data.slice(1))
        : Buffer.from(data)
  return { path, method, headers, body }
}

/** @throws ContainerImageError COMMAND_INVALID */
export function readPort(given: string): number {
  const port = /^\d+$/.test(given) ? Number(given) : NaN
  if (port >= 1 && port <= 65535) return port
  throw new ContainerImageError('COMMAND_INVALID', `--inspect takes a port, not '${given}'.`)
}

/** @throws ContainerImageError COMMAND_INVALID */
export async function readVariables(
  file: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (file === undefined) return {}
  const parsed = parseEnv((await readGiven('--env', file)).toString())
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, value ?? '']))
}

async function readGiven(option: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ContainerImageError('COMMAND_INVALID', `${option}: ${reason}.`, { cause })
  }
}
