import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import { plainNode } from './plain-node.ts'

const arc = fileURLToPath(
  new URL('../../../node_modules/@architect/architect/src/index.js', import.meta.url),
)

// Without any, Architect's AWS client looks for a cloud machine's metadata first.
const credentials = { AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' }

/** A running `arc sandbox`. */
export interface Sandbox {
  readonly url: string
  /** For programs beside it that use `@architect/functions`. */
  readonly environment: Readonly<Record<string, string>>
  /** What it printed so far. */
  output(): string
  /** Asks it to end, as Ctrl-C would; answers when the process is gone. */
  stop(): Promise<{ exitCode: number | undefined }>
}

/**
 * Starts Architect's own sandbox on free ports and waits until it serves.
 * @param program the `arc` of an app; default: this repository's
 */
export async function startSandbox(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
  program: string = arc,
): Promise<Sandbox> {
  const [http, events, tables, internal] = await freePorts(4)
  // A deploy pauses every sandbox of the machine by a file there, also one of another test.
  const temporary = await mkdtemp(join(tmpdir(), 'sandbox-'))
  const child = execa(...plainNode(program, 'sandbox'), {
    cwd: directory,
    env: {
      ARC_HTTP_PORT: `${http}`,
      ARC_EVENTS_PORT: `${events}`,
      ARC_TABLES_PORT: `${tables}`,
      ARC_INTERNAL_PORT: `${internal}`,
      ...credentials,
      TMPDIR: temporary,
      ...environment,
    },
    stdin: 'pipe',
    all: true,
    reject: false,
    buffer: false,
  })
  let output = ''
  const ready = Promise.withResolvers<undefined>()
  child.all.on('data', (bytes: Buffer) => {
    output += bytes.toString()
    // Printed after the compiler's and every other plugin's start.
    if (output.includes('File watcher now looking')) ready.resolve(undefined)
  })
  const ended = child.then(async (result) => {
    await rm(temporary, { recursive: true, force: true })
    ready.reject(new Error(`arc sandbox ended with ${result.exitCode}:\n${output}`))
    return { exitCode: result.exitCode }
  })
  await ready.promise
  return {
    url: `http://localhost:${http}`,
    environment: {
      ...credentials,
      ARC_ENV: 'testing',
      ARC_APP_NAME: 'agent-memory',
      ARC_SANDBOX: JSON.stringify({ ports: { tables, _arc: internal }, version: '9.0.0' }),
    },
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** Ports that were free a moment ago; the sandbox takes no port 0. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  const ports = await Promise.all(
    servers.map(async (server) => {
      if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('no port was given')
      return address.port
    }),
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
