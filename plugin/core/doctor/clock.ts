import { type Finding, note, ok, stops } from './finding.ts'

/** AWS takes signatures of this many milliseconds around its own time. */
const tolerated = 5 * 60 * 1000

/** @param date of AWS's answer, as HTTP has it */
export function judgeClock(date: string | undefined, now: number): Finding {
  const theirs = Date.parse(date ?? '')
  if (Number.isNaN(theirs)) return note('not known: AWS did not tell its time')
  const seconds = Math.round((now - theirs) / 1000)
  const off = `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} AWS`
  if (Math.abs(now - theirs) > tolerated)
    return stops(`${off}: AWS refuses signatures of more than 5 minutes. Set the clock.`)
  return ok(Math.abs(seconds) < 2 ? "as AWS's" : off)
}
