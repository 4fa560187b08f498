import type { ClientRequest } from 'node:http'

/** How long one request may take from its first byte to the last of its answer. */
export interface TransferLimits {
  /** Milliseconds, whatever the size. */
  readonly base: number
  /** Slower than this on the whole is as good as not at all. */
  readonly bytesPerSecond: number
}

export const defaultLimits: TransferLimits = { base: 120_000, bytesPerSecond: 32 * 1024 }

/** What a JSON answer may be, for one that does not say how long it is. */
const unsaidSize = 4 * 1024 * 1024
/** `100 Continue` and its like: a registry that has nothing else to say is not going to. */
const mostInterim = 20

/**
 * Ends a request that an idle timeout cannot end: one whose other side sends a byte now and then, or
 * `100 Continue` for ever.
 * @param size bytes of the request's body
 */
export function limitTransfer(request: ClientRequest, size: number, limits: TransferLimits): void {
  const { base, bytesPerSecond } = limits
  const timeFor = (bytes: number): number => base + (bytes / bytesPerSecond) * 1000
  const end = (why: string): void => {
    const error = Object.assign(new Error(why), { code: 'ERR_TRANSFER_ENDLESS' })
    request.destroy(error)
  }
  const late = (time: number): void => {
    end(`it is not over after ${Math.round(time / 1000)} seconds, too slow to wait for`)
  }
  let timer = startTimer(timeFor(size), late)
  let interim = 0
  request.on('information', () => {
    if (++interim > mostInterim) end(`${interim} interim answers came and no other`)
  })
  request.once('response', (response) => {
    clearTimeout(timer)
    const length = Number(response.headers['content-length'] ?? unsaidSize)
    timer = startTimer(timeFor(size + length), (time) => {
      late(time)
      response.destroy(
        Object.assign(new Error('the answer is too slow to wait for'), {
          code: 'ERR_TRANSFER_ENDLESS',
        }),
      )
    })
    response.once('close', () => clearTimeout(timer))
  })
  request.once('close', () => clearTimeout(timer))
}

function startTimer(time: number, run: (time: number) => void): NodeJS.Timeout {
  return setTimeout(() => run(time), Math.min(time, 2 ** 31 - 1)).unref()
}
