import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** How a registry of npm's, or what lies before it, fails to give a tarball. */
export type NpmFault =
  | { readonly kind: 'status'; readonly status: number; readonly times?: number }
  /** A portal's or proxy's page with 200. `cut`: half of it. `wrong`: as many other bytes. */
  | {
      readonly kind: 'page' | 'cut' | 'reset' | 'wrong' | 'trickle'
      /** How many answers; absent: every one. */
      readonly times?: number
    }

/** Answers with a fault instead of these bytes. */
export async function answerWith(
  fault: NpmFault,
  bytes: Buffer,
  response: ServerResponse,
): Promise<void> {
  switch (fault.kind) {
    case 'status':
      response.statusCode = fault.status
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ error: `injected ${fault.status}` }))
      return
    case 'page':
      response.setHeader('Content-Type', 'text/html')
      response.end('<!doctype html><title>Sign in</title><p>Sign in to go on.</p>')
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'cut':
      response.setHeader('Content-Length', bytes.length)
      response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
      return
    case 'wrong':
      response.end(bytes.map((byte) => byte ^ 1))
      return
    case 'trickle':
      for (const byte of bytes) {
        response.write(Buffer.of(byte))
        await wait(10)
      }
      response.end()
  }
}
