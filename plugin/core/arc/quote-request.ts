import { quoteLine } from '../arc-text/quote-line.ts'
import type { Fault } from '../basics/say-once.ts'
import type { FunctionRequest } from '../model.ts'

/** As messages begin: `app.arc:12: '@container-images get / lancedb'`. */
export function quoteRequest({ line, place }: FunctionRequest): string {
  return quoteLine('container-images', { text: line, ...(place !== undefined && { place }) })
}

/** The same for what is said of several lines at once. */
export function faultOf({ line, place }: FunctionRequest): Omit<Fault, 'reason'> {
  return { of: `@container-images ${line}`, ...(place !== undefined && { place }) }
}
