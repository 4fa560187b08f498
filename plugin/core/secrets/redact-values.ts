/** What replaces a secret. */
const mark = '***'

/** Replaces values in texts, in every form in which URLs, JSON and HTTP write them. */
export function createRedactor(values: Iterable<string>): (text: string) => string {
  const forms = new Set([...values].flatMap(formsOf))
  // Longer ones first: one secret may be the beginning of another.
  const pattern = [...forms]
    .toSorted((a, b) => b.length - a.length)
    .map((form) => form.replaceAll(/[$()*+./?[\\\]^{|}-]/g, '\\$&'))
    .join('|')
  if (pattern === '') return (text) => text
  const expression = new RegExp(pattern, 'g')
  return (text) => text.replaceAll(expression, mark)
}

function formsOf(value: string): readonly string[] {
  return [
    value,
    encodeURIComponent(value.toWellFormed()),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('base64'),
  ]
}
