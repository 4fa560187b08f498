/** What one option of `NODE_OPTIONS` loads before the function. */
export interface Preload {
  /** As it is written: `--require ./tracing.js`. */
  readonly text: string
  /** How Node finds it. */
  readonly by: 'require' | 'url' | 'path'
  readonly specifier: string
}

const kinds: readonly (readonly [RegExp, Preload['by']])[] = [
  [/^(?:-r|--require)$/, 'require'],
  [/^--(?:import|(?:experimental-)?loader)$/, 'url'],
  [/^--openssl-config$/, 'path'],
]

/** The files and packages that Node loads for a value of `NODE_OPTIONS`. */
export function preloads(value: string): readonly Preload[] {
  const words = splitOptions(value)
  return words.flatMap((word, index): Preload[] => {
    const [name = '', ...rest] = word.split('=')
    const by = kinds.find(([pattern]) => pattern.test(name))?.[1]
    if (by === undefined) return []
    const specifier = rest.length > 0 ? rest.join('=') : words[index + 1]
    if (specifier === undefined || specifier === '') return []
    const text = rest.length > 0 ? word : `${word} ${specifier}`
    return [{ text, by, specifier }]
  })
}

/** As Node splits it: at spaces, but for those in double quotes, where a backslash escapes. */
function splitOptions(value: string): readonly string[] {
  return [...value.matchAll(/(?:"(?:\\.|[^"\\])*"|[^ "])+/g)].map(([word]) =>
    word.replaceAll(/"((?:\\.|[^"\\])*)"/g, (_, quoted: string) =>
      quoted.replaceAll(/\\(.)/g, '$1'),
    ),
  )
}
