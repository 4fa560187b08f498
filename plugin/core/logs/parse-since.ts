const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `90s`, `15m`, `1h` or `2d` in milliseconds; `undefined` for anything else. */
export function parseSince(text: string): number | undefined {
  const [, number = '', unit = ''] = /^([1-9]\d{0,4})([smhd])$/.exec(text) ?? []
  const length = units[unit]
  return length === undefined ? undefined : Number(number) * length
}
