/** Whether one of some positions in a text is inside of a node. */
export function hasAny(
  sorted: readonly number[],
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < start) low = middle + 1
    else high = middle
  }
  return (sorted[low] ?? Infinity) < end
}
