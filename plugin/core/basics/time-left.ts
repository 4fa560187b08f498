/** Some of a known amount of work, at a moment. */
export interface Advance {
  /** Milliseconds, of any clock that only goes forward. */
  readonly at: number
  readonly done: number
}

/** Milliseconds; before that a speed is a guess. */
const least = 2000

/**
 * How long the rest takes at the speed so far: `about 20 s left`, `about 3 min left`.
 * @returns undefined while nobody can tell
 */
export function timeLeft(first: Advance, now: Advance, total: number): string | undefined {
  const elapsed = now.at - first.at
  const moved = now.done - first.done
  if (elapsed < least || moved <= 0 || now.done >= total) return undefined
  const seconds = Math.ceil((((total - now.done) / moved) * elapsed) / 1000)
  return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`
}
