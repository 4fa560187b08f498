import { join } from 'node:path'

import { execa } from 'execa'

/** The real `arc deploy`, in the user's terminal; nothing of the user's own AWS reaches it. */
export async function deployApp(
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const arc = join(directory, 'node_modules/@architect/architect/src/index.js')
  const nowhere = join(directory, 'no-such-file')
  const { exitCode } = await execa(process.execPath, [arc, 'deploy'], {
    cwd: directory,
    env: {
      AWS_PROFILE: undefined,
      AWS_SESSION_TOKEN: undefined,
      AWS_CONFIG_FILE: nowhere,
      AWS_SHARED_CREDENTIALS_FILE: nowhere,
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_UPDATE_NOTIFIER: '1',
      ...environment,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    reject: false,
  })
  return exitCode
}
