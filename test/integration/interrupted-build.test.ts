import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { baseImageTools } from './toolchain/base-image.ts'
import { openDeployWorld } from './toolchain/deploy-world.ts'
import { dockerTools, registryTools, skipWithout } from './toolchain/missing-tools.ts'

t.setTimeout(600_000)

const skip = await skipWithout(...dockerTools, ...baseImageTools, ...registryTools)

const dockerfile = `FROM public.ecr.aws/lambda/nodejs:24
RUN echo a step that takes its time && sleep 300
COPY --from=functions / \${LAMBDA_TASK_ROOT}/
`

t.test('an interrupted build of Docker', { skip }, async (t) => {
  const world = await openDeployWorld()
  t.teardown(() => world.close())
  const app = await openImageApp({ aws: world.aws })
  t.teardown(() => app.close())
  await app.edit('app.arc', (text) =>
    text.replace(
      'runtime nodejs24.x',
      `runtime nodejs24.x\narchitecture ${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`,
    ),
  )

  for (const killWith of ['SIGINT', 'SIGTERM'] as const) {
    await t.test(`${killWith}: the token is gone, and so is the build`, async (t) => {
      // A step of its own each time, so that no cache answers for it.
      await app.write('docker/small/Dockerfile', dockerfile.replace('echo', `echo ${killWith}`))
      const temporary = join(world.scratch, killWith)
      await mkdir(temporary)
      const run = await app.deploy({
        environment: { ...world.docker.environment, TMPDIR: temporary },
        killAt: /a step that takes its time\n/,
        killWith,
      })
      t.ok(run.killed, run.output)
      t.not(run.exitCode, 0)
      // Architect's own mark is no secret.
      const left = (await readdir(temporary)).filter((name) => !name.startsWith('_pause-architect'))
      t.strictSame(left, [], 'nothing of ours stays')
      t.strictSame(app.aws.state.stacks, [])
      t.strictSame(await app.tags(), [])
      t.notMatch(await commandLines(), /sleep 300/, 'nothing goes on building')
    })
  }
})

/** Of every process of this machine. */
async function commandLines(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const read = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))
  return (await Promise.all(read)).join('\n').replaceAll('\0', ' ')
}
