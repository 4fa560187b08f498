import { readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** How the stand-in of docker was called. */
export interface DockerCall {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Its config.json. */
  readonly config: Readonly<Record<string, unknown>> | null
  readonly configMode: string | null
  readonly folderMode: string | null
  readonly configEntries: readonly string[]
  readonly dockerfile: string | null
  readonly ignore: string | null
  /** Mode and time of each path of the context `functions`. */
  readonly functions: Readonly<Record<string, readonly [string, number]>> | null
}

/** Variables with which the stand-in is found as `docker` and knows what to do. */
export function dockerStandIn(options: {
  /** File that gets a line for each call. */
  readonly record: string
  readonly output?: string
  readonly exitCode?: number
  readonly digest?: string
  readonly hangs?: boolean
}): Record<string, string> {
  return {
    PATH: [import.meta.dirname, process.env['PATH'] ?? ''].join(delimiter),
    DOCKER_STAND_IN_NODE: process.execPath,
    DOCKER_STAND_IN_RECORD: options.record,
    DOCKER_STAND_IN_OUTPUT: options.output ?? '',
    DOCKER_STAND_IN_EXIT: String(options.exitCode ?? 0),
    DOCKER_STAND_IN_DIGEST: options.digest ?? '',
    DOCKER_STAND_IN_HANGS: options.hangs === true ? 'yes' : '',
  }
}

export async function dockerCalls(record: string): Promise<DockerCall[]> {
  const text = await readFile(join(record), 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
