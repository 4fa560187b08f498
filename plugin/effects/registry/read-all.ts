import type { IncomingMessage } from 'node:http'

import { ContainerImageError } from '../../errors.ts'
import { printable, unreachable } from './failure.ts'

/**
 * A body into memory, capped.
 * @throws ContainerImageError REGISTRY_CONTENT_INVALID, REGISTRY_UNREACHABLE
 */
export async function readAll(
  answer: IncomingMessage,
  maximumSize: number,
  method: string,
  url: URL,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of answer) {
      chunks.push(chunk)
      size += chunks.at(-1)?.length ?? 0
      if (size > maximumSize) {
        throw new ContainerImageError(
          'REGISTRY_CONTENT_INVALID',
          `${method} ${printable(url)}: more than ${maximumSize} bytes came. Check what the registry holds under this name.`,
        )
      }
    }
  } catch (error) {
    throw unreachable(method, url, error)
  }
  return Buffer.concat(chunks)
}
