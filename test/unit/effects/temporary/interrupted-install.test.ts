import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { sweepLeftovers } from '../../../../plugin/effects/temporary/sweep-leftovers.ts'
import { plainNode } from '../../../stand-in/harness/plain-node.ts'

const canary = 'canary-token-of-an-interrupted-install'

/** A registry that never answers, so that an install can be met in its midst. */
const silent = createServer(() => undefined)
silent.listen(0, '127.0.0.1')
await once(silent, 'listening')
const address = silent.address()
const port = typeof address === 'object' ? address?.port : 0
t.teardown(() => {
  silent.closeAllConnections()
  silent.close()
})

const program = join(import.meta.dirname, 'install-one.fixture.ts')

async function filesWithCanary(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(
    files.map(async (file) => await readFile(file, 'latin1').catch(() => '')),
  )
  return files.filter((_, at) => texts[at]?.includes(canary))
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  t.test(`an install that ${signal} ends leaves no token`, async (t) => {
    const folder = t.testdir({
      docker: {
        db: {
          'package.json': '{"dependencies":{"some":"1.0.0"}}',
          '.npmrc': `registry=http://127.0.0.1:${port}/\n//127.0.0.1:${port}/:_authToken=${canary}\n`,
          'package-lock.json': JSON.stringify({
            name: 'db',
            lockfileVersion: 3,
            packages: {
              '': { dependencies: { some: '1.0.0' } },
              'node_modules/some': {
                version: '1.0.0',
                resolved: `http://127.0.0.1:${port}/some/-/some-1.0.0.tgz`,
                integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}`,
              },
            },
          }),
        },
      },
    })
    const cache = join(folder, 'cache')
    const running = execa(...plainNode(program, join(folder, 'docker/db'), cache), {
      reject: false,
      stdin: 'ignore',
      env: { HOME: folder, npm_config_cache: join(folder, 'npm') },
      detached: true,
    })
    await once(silent, 'request')
    t.not((await filesWithCanary(cache)).length, 0, 'npm needs it meanwhile')
    if (running.pid === undefined) throw new Error('not started')
    // To all of them, as Ctrl-C and a closing terminal do; a single process has its children ended.
    process.kill(signal === 'SIGKILL' ? -running.pid : running.pid, signal)
    const { exitCode, signal: ended } = await running
    t.ok(ended === signal || exitCode !== 0, 'it did not end as if all were well')
    if (signal === 'SIGKILL') await sweepLeftovers(cache)
    t.strictSame(await filesWithCanary(cache), [])
  })
}

t.test('what a living process works with is left alone', async (t) => {
  const cache = t.testdir({ temporary: {} })
  await sweepLeftovers(cache)
  await writeFile(join(cache, 'temporary', 'other'), '')
  await sweepLeftovers(cache)
  t.strictSame(await readdir(join(cache, 'temporary')), ['other'])
})
