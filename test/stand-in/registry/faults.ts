import type { Fault } from './options.ts'

/** Breaks the connection instead of answering. */
export class Reset extends Error {}

/** The faults that were injected, each used up by the requests that it hits. */
export function openFaults() {
  const waiting: { fault: Fault; skip: number; times: number }[] = []
  return {
    inject: (fault: Fault): void => {
      waiting.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 })
    },
    /** Those that are still waiting are over. */
    heal: (): void => void waiting.splice(0),
    /** The fault for this request, if any. */
    take: (method: string, path: string): Fault | undefined => {
      for (const entry of waiting) {
        const { match } = entry.fault
        if (entry.times <= 0) continue
        if (match?.method !== undefined && match.method !== method) continue
        if (match?.path !== undefined && !match.path.test(path)) continue
        if (entry.skip-- > 0) continue
        entry.times--
        return entry.fault
      }
      return undefined
    },
  }
}

/** The bytes as the fault leaves them; counts what really came. */
export async function* spoil(
  body: AsyncIterable<Uint8Array>,
  fault: Fault | undefined,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const after = fault?.afterBytes ?? 0
  let seen = 0
  for await (const chunk of body) {
    count(chunk.length)
    const room = Math.max(0, after - seen)
    seen += chunk.length
    if (fault?.kind === 'reset' && seen > after) {
      if (room > 0) yield chunk.subarray(0, room)
      throw new Reset('injected')
    }
    if (fault?.kind === 'truncate') {
      if (room > 0) yield chunk.subarray(0, room)
    } else if (fault?.kind === 'wrong-digest' && seen === chunk.length) {
      const changed = Buffer.from(chunk)
      changed[0] = (changed[0] ?? 0) ^ 0xff
      yield changed
    } else yield chunk
  }
  if (fault?.kind === 'reset') throw new Reset('injected')
}
