import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { isRecord, recordOf, textOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where docker itself looks. */
export function userFolder(environment: Environment): string {
  const home = environment['HOME'] || environment['USERPROFILE'] || homedir()
  return environment['DOCKER_CONFIG'] || join(home, '.docker')
}

/** @throws ContainerImageError DOCKER_CONFIG_INVALID; a file that is not there is empty */
export async function readDockerConfig(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = textOf(recordOf(error)['code']) ?? String(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    // Without it the build would miss every login, and fail in words that name another reason.
    throw new ContainerImageError(
      'DOCKER_CONFIG_INVALID',
      `${file} cannot be read: ${code}. Let this user read it, or name another folder in DOCKER_CONFIG.`,
      { cause: error },
    )
  })
  if (text.trim() === '') return {}
  try {
    const config: unknown = JSON.parse(text)
    if (isRecord(config)) return config
  } catch {
    // Said below; the parser's own words may quote a login.
  }
  throw new ContainerImageError(
    'DOCKER_CONFIG_INVALID',
    `${file} is not a JSON object, so docker would not read it either. Correct it.`,
  )
}
