const minute = 60_000
const tolerance = 15

/** As a request says its time: `20261126T094500Z`. */
function format(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

function parse(date: string): number {
  const [, year, month, day, hours, minutes, seconds] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  return Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`)
}

/** Why a signature of that time is refused, in the words that AWS's services have for it. */
export function timeFault(date: string, now: number): string | undefined {
  const signed = parse(date)
  if (Number.isNaN(signed))
    return `Date in Signature header is not in ISO-8601 basic format: '${date}'`
  const [here, early, late] = [now, now - tolerance * minute, now + tolerance * minute].map(format)
  if (signed < now - tolerance * minute)
    return `Signature expired: ${date} is now earlier than ${early} (${here} - ${tolerance} min.)`
  if (signed > now + tolerance * minute)
    return `Signature not yet current: ${date} is still later than ${late} (${here} + ${tolerance} min.)`
  return undefined
}
