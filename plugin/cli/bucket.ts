import { readFile, writeFile } from 'node:fs/promises'

import { setBucket } from '../core/arc/set-bucket.ts'
import type { Console } from '../effects/architect/console.ts'
import { ContainerImageError } from '../errors.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { usages } from './usages.ts'

/**
 * `arc-images bucket NAME`: writes `bucket NAME` under `@aws` of the app.arc that is deployed next.
 * Architect uploads code and template of all environments to one bucket else, where a preview could
 * put another template in production's place. For workflows: it changes the checked out file.
 * @throws ContainerImageError COMMAND_INVALID
 */
export async function bucket(args: readonly string[], console: Console): Promise<void> {
  const { positionals } = parseCommand('bucket', usages.bucket, args)
  const [name = '', ...more] = positionals
  if (more.length > 0 || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
    throw commandInvalid('bucket', 'needs the name of one bucket.')
  const text = await readFile('app.arc', 'utf8').catch((cause: unknown) => {
    throw new ContainerImageError(
      'COMMAND_INVALID',
      "arc-images bucket found no app.arc here. Of another manifest, set 'bucket' under 'aws' yourself.",
      { cause },
    )
  })
  await writeFile('app.arc', setBucket(text, name))
  console.done(`Deploys go through bucket ${name}`)
}
