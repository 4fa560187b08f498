/**
 * Matches every text but these; for filters of esbuild's, in whose language nothing can be negated.
 * What a text can differ by is written out along the tree of what these have in common. Of texts
 * with characters out of ASCII, which that language counts in another way, all are matched.
 */
export function otherTexts(texts: readonly string[]): RegExp {
  const plain = texts.filter((text) => /^[ -~]*$/.test(text))
  return new RegExp(`^${otherEnds([...new Set(plain)].toSorted(), 0)}`)
}

/** What can follow the characters that these have in common before `from`. */
function otherEnds(sorted: readonly string[], from: number): string {
  const [shortest] = sorted
  const longer = shortest?.length === from ? sorted.slice(1) : sorted
  const groups = [...Map.groupBy(longer, (text) => text[from] ?? '')]
  const first = groups.map(([character]) => character)
  const ends = shortest?.length === from ? [butOneOf(first)] : ['$', butOneOf(first)]
  for (const [, group] of groups) {
    const to = commonLength(group)
    let common = ''
    for (const character of group[0]?.slice(from, to) ?? '') {
      if (common !== '') ends.push(`${common}(?:$|${butOneOf([character])})`)
      common += literal(character)
    }
    ends.push(common + otherEnds(group, to))
  }
  return `(?:${ends.join('|')})`
}

/** Sorted, they have in common what the first and the last one have. */
function commonLength(sorted: readonly string[]): number {
  const [first = '', last = ''] = [sorted[0], sorted.at(-1)]
  let length = 0
  while (length < first.length && first[length] === last[length]) length++
  return length
}

function butOneOf(characters: readonly string[]): string {
  return characters.length === 0 ? String.raw`[\s\S]` : `[^${characters.map(literal).join('')}]`
}

function literal(character: string): string {
  return /[\\^$.|?*+()[\]{}-]/.test(character) ? `\\${character}` : character
}
