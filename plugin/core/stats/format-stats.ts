/** CloudWatch's price list (Logs Insights, data scanned), as most regions have it. */
const dollarsPerGigabyte = 0.005

/** What a query costs, as an estimate: `about $0.0012`. */
export function costOf(bytesScanned: number): string {
  const dollars = estimatedDollars(bytesScanned)
  if (dollars === 0) return 'nothing'
  return dollars < 0.0001 ? 'less than $0.0001' : `about $${dollars.toFixed(4)}`
}

export function estimatedDollars(bytesScanned: number): number {
  return (bytesScanned / 1000 ** 3) * dollarsPerGigabyte
}

/** `12 ms`, `1.4 s`; `-` where there is none. */
export function formatMilliseconds(value: number | undefined): string {
  if (value === undefined) return '-'
  if (value >= 10_000) return `${Math.round(value / 1000)} s`
  if (value >= 1000) return `${(value / 1000).toFixed(1)} s`
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ms`
}

/** `1.2 %` */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((part / whole) * 100).toFixed(1)} %`
}

/** `84 ms, 910 ms`: of a half and of all but one of a hundred. */
export function formatPair(middle: number | undefined, high: number | undefined): string {
  return middle === undefined ? '-' : `${formatMilliseconds(middle)}, ${formatMilliseconds(high)}`
}
