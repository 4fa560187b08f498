import { setTimeout as wait } from 'node:timers/promises'

import { recordOf } from '../../core/basics/is-record.ts'

/**
 * aws-lite retries throttling itself, but does not see it in the XML of the query protocol, where
 * the code is one level deeper.
 */
export async function retryThrottled<Result>(send: () => Promise<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send()
    } catch (error) {
      if (recordOf(error)['code'] !== 'Throttling' || attempt === 4) throw error
      await wait(Math.random() * 100 * 2 ** attempt)
    }
  }
}
