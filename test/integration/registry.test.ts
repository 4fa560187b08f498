import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { openRepository } from '../../plugin/effects/registry/open-repository.ts'
import { pushImage, registryContract } from '../contracts/registry.ts'
import { smallImage } from '../stand-in/registry/small-image.ts'

const user = 'user'
const password = 'password'
const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

const missing: string[] = []
for (const tool of ['docker-registry', 'htpasswd', 'skopeo']) {
  const { exitCode } = await execa('which', [tool], { reject: false })
  if (exitCode !== 0) missing.push(tool)
}
const skip =
  missing.length === 0
    ? false
    : `not on PATH: ${missing.join(', ')} (Debian: docker-registry, apache2-utils, skopeo)`

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Debian's own registry with basic auth, on a free port, its storage in a temporary folder. */
async function startDebianRegistry() {
  const directory = await mkdtemp(join(tmpdir(), 'docker-registry-'))
  const host = `127.0.0.1:${await freePort()}`
  const { stdout: users } = await execa('htpasswd', ['-Bbn', user, password])
  await writeFile(join(directory, 'users'), users)
  await writeFile(
    join(directory, 'config.json'),
    JSON.stringify({
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(directory, 'data') } },
      http: { addr: host },
      auth: { htpasswd: { realm: 'test', path: join(directory, 'users') } },
    }),
  )
  const registry = execa('docker-registry', ['serve', join(directory, 'config.json')], {
    reject: false,
    stdin: 'ignore',
    all: true,
  })
  for (let tried = 0; ; tried++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined)
    if (answer?.status === 401) break
    if (tried > 100) throw new Error('docker-registry did not start')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const close = async () => {
    registry.kill()
    await registry
    await rm(directory, { recursive: true, force: true })
  }
  return { host, authorization, close }
}

t.test("Debian's docker-registry", { skip }, (t) => registryContract(t, startDebianRegistry))

t.test('skopeo reads what was pushed, and copies it out whole', { skip }, async (t) => {
  const registry = await startDebianRegistry()
  t.teardown(registry.close)
  const uri = `${registry.host}/app`
  const image = smallImage({ family: 'docker' })
  const repository = openRepository({ uri, authorization: async () => authorization })
  const digest = await pushImage(repository, image, 'one')

  const login = ['--tls-verify=false', `--creds=${user}:${password}`]
  const inspected = await execa('skopeo', ['inspect', ...login, `docker://${uri}:one`])
  t.match(JSON.parse(inspected.stdout), {
    Digest: digest,
    Os: 'linux',
    Architecture: 'arm64',
    Layers: image.layers.map((layer) => layer.digest),
  })
  const config = await execa('skopeo', ['inspect', '--config', ...login, `docker://${uri}:one`])
  t.match(JSON.parse(config.stdout), {
    config: { Entrypoint: ['/lambda-entrypoint.sh'], WorkingDir: '/var/task' },
    rootfs: { diff_ids: image.json.rootfs.diff_ids },
  })

  const layout = t.testdir()
  await execa('skopeo', [
    '--override-arch=arm64',
    'copy',
    '--src-tls-verify=false',
    `--src-creds=${user}:${password}`,
    `docker://${uri}:one`,
    `oci:${layout}:one`,
  ])
  const blobs = join(layout, 'blobs', 'sha256')
  const names = await readdir(blobs)
  for (const { digest: layer } of image.layers) t.ok(names.includes(layer.slice('sha256:'.length)))
  for (const name of names) {
    const hash = createHash('sha256').update(await readFile(join(blobs, name)))
    t.equal(hash.digest('hex'), name)
  }
})
