import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream/promises'

/**
 * Reads an answer of which nothing is wanted to its end. Only then the next request can have its
 * connection; before, that would open one of its own, which is two or three round trips.
 */
export async function spend(answer: IncomingMessage): Promise<void> {
  answer.resume()
  // A body that breaks off takes the connection with it, and the answer was in the head.
  await finished(answer).catch(() => undefined)
}
