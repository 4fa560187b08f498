const variable = /\\\$|\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^}]*))?\}|(\{[^}]*\}?))/g

/**
 * Text of a Dockerfile with its variables in place (Dockerfile reference, "Environment
 * replacement").
 * @returns undefined when a variable has no value or is written in a way that is not known here
 */
export function expand(text: string, values: ReadonlyMap<string, string>): string | undefined {
  let known = true
  const expanded = text.replaceAll(
    variable,
    (whole: string, plain?: string, braced?: string, operator?: string, word = '') => {
      if (whole === String.raw`\$`) return '$'
      const name = plain ?? braced
      const value = name === undefined ? undefined : values.get(name)
      const isSet = operator?.startsWith(':')
        ? value !== undefined && value !== ''
        : value !== undefined
      if (operator?.endsWith('+')) return isSet ? word : ''
      if (isSet) return value ?? ''
      if (operator?.endsWith('-')) return word
      known = false
      return ''
    },
  )
  return known ? expanded : undefined
}
