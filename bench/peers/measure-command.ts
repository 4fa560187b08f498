import { performance } from 'node:perf_hooks'
import { execa } from 'execa'

import type { DeployRegistries } from '../../test/integration/toolchain/deploy-world.ts'
import type { Measured } from './cells.ts'
import type { ProcessorTime } from './processor-time.ts'

/** Runs one whole command; rejects with its output when it fails. */
export async function measureCommand(
  command: readonly string[],
  options: {
    readonly directory: string
    readonly environment: Readonly<Record<string, string>>
    readonly registries: Pick<DeployRegistries, 'sent' | 'received'>
    readonly time: ProcessorTime | undefined
  },
): Promise<Measured> {
  const { directory, environment, registries, time } = options
  const [program = '', ...argv] = time?.counted(command) ?? command
  const sent = registries.sent()
  const received = registries.received()
  const used = (await time?.seconds()) ?? 0
  const started = performance.now()
  await execa(program, argv, {
    cwd: directory,
    env: environment,
    stdin: 'ignore',
    all: true,
    timeout: 300_000,
  })
  const seconds = (performance.now() - started) / 1000
  return {
    seconds,
    ...(time && { processorSeconds: (await time.seconds()) - used }),
    sentBytes: registries.sent() - sent,
    receivedBytes: registries.received() - received,
  }
}
