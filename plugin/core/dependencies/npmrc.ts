/** Registries that a `.npmrc` names, by scope (`@mine`), and '' for that of all others. */
export function registriesIn(
  text: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const [, scope = '', value = ''] =
      /^\s*(?:(@[^:\s]+):)?registry\s*=\s*["']?([^"'\s]*)/.exec(line) ?? []
    if (value === '') continue
    found.set(
      scope,
      value.replaceAll(/\$\{([^}?]+)\??\}/g, (all, name: string) => environment[name] ?? all),
    )
  }
  return found
}

/** Without tokens, which change from machine to machine and decide nothing, and without comments. */
export function withoutAuth(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(
      (line) => line !== '' && !/^[;#]/.test(line) && !/_?(?:auth|password|username)/i.test(line),
    )
    .join('\n')
}

/** The scope of a package's name: `@mine`, or '' without one. */
export function scopeOf(name: string): string {
  return name.startsWith('@') ? (name.split('/')[0] ?? '') : ''
}
