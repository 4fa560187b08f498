import { execa } from 'execa'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startServer } from './start-server.ts'

export interface DockerRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly url: string
  /** Values for `skopeo --creds`, `docker login` and a Basic header; empty without credentials. */
  readonly username: string
  readonly password: string
  /** Value of an Authorization header, or undefined where anyone may. */
  readonly authorization: string | undefined
  close(): Promise<void>
}

export interface DockerRegistryOptions {
  /** Basic auth with these; default: `AWS` and a token. `null`: anyone may read and write. */
  readonly credentials?: { readonly username: string; readonly password: string } | null
  /** Default: a free port of 127.0.0.1. */
  readonly address?: string
  /** Folder of the images, shared by several or kept; default: one that goes away at the end. */
  readonly storage?: string
  readonly tls?: { readonly certificate: string; readonly key: string }
}

/** The distribution project's registry with a folder of its own, which goes away with it. */
export async function startDockerRegistry(
  options: DockerRegistryOptions = {},
): Promise<DockerRegistry> {
  const credentials =
    options.credentials === undefined
      ? { username: 'AWS', password: 'token-of-the-test-registry' }
      : options.credentials
  const folder = await mkdtemp(join(tmpdir(), 'docker-registry-'))
  try {
    const config = {
      version: 0.1,
      log: { level: 'info', formatter: 'text', accesslog: { disabled: true } },
      storage: {
        filesystem: { rootdirectory: options.storage ?? join(folder, 'data') },
        delete: { enabled: true },
      },
      http: {
        addr: options.address ?? '127.0.0.1:0',
        ...(options.tls === undefined ? {} : { tls: options.tls }),
      },
      ...(credentials === null
        ? {}
        : { auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } } }),
    }
    if (credentials !== null) {
      const argv = ['-i', '-n', '-B', '-C', '5', credentials.username]
      const { stdout } = await execa('htpasswd', argv, { input: credentials.password })
      await writeFile(join(folder, 'htpasswd'), `${stdout.trim()}\n`, { mode: 0o600 })
    }
    // JSON is YAML too, the one format that the program reads.
    await writeFile(join(folder, 'config.yml'), JSON.stringify(config))
    const server = await startServer(['docker-registry', 'serve', join(folder, 'config.yml')], {
      ready: /listening on (127\.[\d.]+:\d+)/,
      environment: { OTEL_TRACES_EXPORTER: 'none' },
    })
    const host = server.ready[1] ?? ''
    const { username, password } = credentials ?? { username: '', password: '' }
    return {
      host,
      url: `${options.tls === undefined ? 'http' : 'https'}://${host}`,
      username,
      password,
      authorization:
        credentials === null
          ? undefined
          : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      async close() {
        await server.stop()
        await rm(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}
