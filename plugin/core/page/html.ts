/** Text that is HTML already; only `html` makes it. */
export interface Html {
  readonly html: string
}

type Part = Html | string | number | readonly Part[]

/** A template whose values are escaped, unless they are HTML themselves. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const text = strings.map((string, index) => string + textOf(values[index] ?? '')).join('')
  return { html: text }
}

function textOf(value: Part): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return escape(value)
  return 'html' in value ? value.html : value.map(textOf).join('')
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Characters that turn the direction of text, or that nobody sees, are shown by their number. */
const unseen = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

function escape(text: string): string {
  return text
    .replaceAll(
      unseen,
      (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll(/[&<>"']/g, (character) => references[character] ?? character)
}
