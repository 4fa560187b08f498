/** The run in the middle by what it is about. */
export function median<Run>(runs: readonly Run[], by: (run: Run) => number): Run {
  const sorted = runs.toSorted((a, b) => by(a) - by(b))
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('No run to take the median of')
  return middle
}
