/** Milliseconds. */
export const oneDay = 24 * 60 * 60 * 1000

const units: Readonly<Record<string, number>> = { h: oneDay / 24, d: oneDay, w: 7 * oneDay }

/** `30d` or `4w` to milliseconds; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  return text.endsWith('h') ? undefined : parseSpan(text)
}

/** The same, with hours: `24h`. */
export function parseSpan(text: string): number | undefined {
  const [, number = '', unit = ''] = /^([1-9]\d{0,3})([hdw])$/.exec(text) ?? []
  const length = units[unit]
  return length === undefined ? undefined : Number(number) * length
}

/** `3 h`, `12 d`: for a column. */
export function formatAge(milliseconds: number): string {
  const hours = Math.max(0, Math.floor(milliseconds / (oneDay / 24)))
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`
}
