/** Whether a line of `--progress=plain` tells something once it has scrolled by, as in a CI log. */
export function isTelling(line: string): boolean {
  if (line.trim() === '') return false
  return !/^#\d+ (?:sha256:[0-9a-f]+ |extracting sha256:|transferring |DONE |resolve |\.\.\.$|preparing |exporting (?:manifest|config|layers)|writing |naming |unpacking |pushing layer)/.test(
    line,
  )
}

/** Values that must not be shown are replaced; short ones would hit ordinary words. */
export function withoutValues(line: string, values: readonly string[]): string {
  return values
    .filter((value) => value.length >= 6)
    .reduce((text, value) => text.replaceAll(value, '***'), line)
}
