/** The start check by Docker, where namespaces are forbidden. */
import t from 'tap'

import { judgeStart } from '../../plugin/core/start/judge-start.ts'
import { functionVariables } from '../../plugin/core/start/function-variables.ts'
import { dockerRunner } from '../../plugin/effects/runners/docker-runner.ts'
import { followStart } from '../../plugin/effects/start/follow-start.ts'
import { baseImageTools } from './toolchain/base-image.ts'
import { baseLayers, smallLayer } from './toolchain/base-layers.ts'
import { startDocker } from './toolchain/docker.ts'
import { dockerTools, skipWithout } from './toolchain/missing-tools.ts'

t.setTimeout(600_000)
const skip = await skipWithout(...dockerTools, ...baseImageTools)
const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64'
const command = 'http/get-index/index.handler'

t.test('a function in Docker', { skip }, async (t) => {
  const docker = await startDocker()
  t.teardown(() => docker.stop())
  const environment = { ...process.env, ...docker.environment }
  const runner = await dockerRunner(environment)
  if ('unable' in runner) throw new Error(runner.unable)
  const { config, layers } = await baseLayers('nodejs', architecture)
  const lambda = { logicalId: 'GetIndex', command, environment: {}, memory: 512 }

  const start = async (code: string) => {
    const file = { path: 'var/task/http/get-index/index.cjs', content: code }
    const all = [...layers, smallLayer([file])]
    const diffIds = all.map(({ diffId }) => diffId)
    const image = {
      layers: all,
      groups: [layers.length, 1],
      config: { ...config, rootfs: { type: 'layers' as const, diff_ids: diffIds } },
      architecture,
    } as const
    const prepared = await runner.prepare(image)
    try {
      const argv = ['/lambda-entrypoint.sh', command]
      const { environment: variables } = functionVariables(lambda, config.config?.Env ?? [])
      const order = { argv, workingDirectory: '/var/task', environment: variables }
      const outcome = await followStart(prepared.start(order), 60)
      if (outcome.kind === 'unable') throw new Error(outcome.reason)
      const known = { name: 'get', memory: 512, timeout: 3, placeholders: [], emulated: false }
      const judged = judgeStart(outcome, { ...known, asked: undefined, isUnreadable: () => false })
      return { outcome, judged }
    } finally {
      await prepared.close()
    }
  }

  const good = await start(
    "console.log(process.getuid(), Object.keys(require('os').networkInterfaces()))\nexports.handler = async () => 1\n",
  )
  t.equal(good.judged.kind, 'starts', JSON.stringify(good))
  t.match(good.outcome.output, /993 \[\s*'lo'\s*\]/)
  t.match(await start("require('fs').mkdirSync('/var/task/x')\n"), {
    judged: { kind: 'refused', reason: /EROFS/ },
  })
  t.match(await start('exports.other = 1\n'), {
    judged: { kind: 'refused', reason: /HandlerNotFound/ },
  })
  t.match(await start('process.exit(3)\n'), { judged: { kind: 'unproven', reason: /exit code 3/ } })
  t.equal(await docker.docker(['ps', '--all', '--quiet']), '')
  t.equal(await docker.docker(['images', '--quiet']), '')
})
