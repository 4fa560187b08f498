/** A change of a text: `length` characters at `start` became `text`. */
export interface Edit {
  readonly start: number
  readonly length: number
  readonly text: string
}

const wrapperNames = /__(?:commonJS|esm)\(\{(?:async )?"((?:[^"\\]|\\.)*)"\(/g

/**
 * esbuild names the wrapper of a CommonJS module after its path, and that of a package depends on
 * the machine: hydrated into the function or found at the app's root, in a cache of Yarn's. Only
 * what follows the last `node_modules/` is the same everywhere.
 */
export function stableNames(text: string): Edit[] {
  const edits: Edit[] = []
  for (const match of text.matchAll(wrapperNames)) {
    const name = match[1] ?? ''
    const at = name.lastIndexOf('node_modules/')
    if (at > 0) {
      edits.push({ start: match.index + match[0].length - name.length - 2, length: at, text: '' })
    }
  }
  return edits
}

/** The text with all edits made; they are in order and do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = []
  let position = 0
  for (const edit of edits) {
    parts.push(text.slice(position, edit.start), edit.text)
    position = edit.start + edit.length
  }
  return parts.join('') + text.slice(position)
}
