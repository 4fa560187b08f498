/** Words without one of which a text loads no other file, and a function nothing by itself. */
const hints = /\b(?:[Rr]equire\w*|import|export|Worker)\b/g

export function hintsIn(text: string): number[] {
  return [...text.matchAll(hints)].map(({ index }) => index)
}

export function hasHints(text: string): boolean {
  return text.search(hints) !== -1
}
