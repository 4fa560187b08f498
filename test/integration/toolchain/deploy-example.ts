import { execa } from 'execa'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { copyApp } from '../../stand-in/inputs/app-copy.ts'
import type { AwsStandIn } from '../../stand-in/aws/index.ts'
import { plainNode } from '../../stand-in/harness/plain-node.ts'

export interface ExampleDeploy {
  readonly exitCode: number | undefined
  /** stdout and stderr as they came. */
  readonly output: string
}

/**
 * The real `arc deploy` of the example app in a copy of its own, against a stand-in of AWS.
 * @param edit changes `app.arc` before the deploy
 */
export async function deployExample(
  aws: AwsStandIn,
  options: {
    readonly cache?: string
    readonly edit?: (manifest: string) => string
    /** Variables beside those of the stand-in. */
    readonly environment?: Readonly<Record<string, string>>
  } = {},
): Promise<ExampleDeploy> {
  const work = await mkdtemp(join(tmpdir(), 'agent-memory-arm64-'))
  try {
    const app = await copyApp(join(work, 'app'))
    const manifest = join(app.directory, 'app.arc')
    const text = await readFile(manifest, 'utf8')
    await writeFile(manifest, options.edit?.(text) ?? text)
    const arc = join(app.directory, 'node_modules/@architect/architect/src/index.js')
    const { exitCode, all } = await execa(...plainNode(arc, 'deploy'), {
      cwd: app.directory,
      env: {
        AWS_PROFILE: undefined,
        AWS_SESSION_TOKEN: undefined,
        AWS_CONFIG_FILE: join(work, 'nothing'),
        AWS_SHARED_CREDENTIALS_FILE: join(work, 'nothing'),
        AWS_EC2_METADATA_DISABLED: 'true',
        NO_UPDATE_NOTIFIER: '1',
        CI: 'true',
        ARC_CONTAINER_IMAGES_CACHE: options.cache ?? join(work, 'cache'),
        ...aws.environment,
        ...options.environment,
      },
      stdin: 'ignore',
      all: true,
      reject: false,
    })
    return { exitCode, output: all }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
