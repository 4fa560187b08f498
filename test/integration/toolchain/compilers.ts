import { execa } from 'execa'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'

import { cacheFolder } from './cache-folder.ts'
import type { Docker } from './docker.ts'

/**
 * Compilers for RUN steps of this machine's architecture. Amazon Linux's cannot be had everywhere,
 * and the stand-in of its base image has no package manager.
 */
export async function serveCompilers(docker: Docker): Promise<{
  /** The command that installs them: a value for the TOOLCHAIN of a printed Dockerfile. */
  readonly command: string
  close(): Promise<void>
}> {
  const archive = await packCompilers()
  const server = createServer((_, response) => createReadStream(archive).pipe(response))
  server.listen(0, docker.gateway)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const url = `http://${docker.gateway}:${port}`
  const download = `fetch("${url}").then(({ body }) => stream.Readable.fromWeb(body).pipe(process.stdout))`
  return {
    command: `node --eval '${download}' | tar -x --skip-old-files -C /`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Made once and kept by what its scripts say; the first time takes about a minute. */
async function packCompilers(): Promise<string> {
  const scripts = [
    'compilers.sh',
    'debian.sh',
    'base-image/root.sh',
    'base-image/nodejs/versions.sh',
  ]
  const key = createHash('sha256')
  for (const script of scripts) key.update(await readFile(join(import.meta.dirname, script)))
  key.update(await readFile('/etc/debian_version'))
  const cache = cacheFolder()
  const name = `compilers-${process.arch}-${key.digest('hex').slice(0, 16)}.tar`
  const archive = join(cache, name)
  if (await exists(archive)) return archive
  await mkdir(cache, { recursive: true })
  const making = await mkdtemp(join(cache, 'building-'))
  try {
    const script = join(import.meta.dirname, 'compilers.sh')
    const argv = [script, join(making, name)]
    await execa('bash', argv, { stdout: ['pipe', 'inherit'], stderr: ['pipe', 'inherit'] })
    await rename(join(making, name), archive)
    return archive
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
