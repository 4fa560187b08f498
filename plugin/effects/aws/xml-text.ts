/** What stands for characters in the XML that AWS writes, but for `&amp;`, which comes last. */
const entities = [
  [/&quot;/g, '"'],
  [/&apos;/g, "'"],
  [/&lt;/g, '<'],
  [/&gt;/g, '>'],
] as const

/**
 * The text of the first element of a name that has no attributes; `undefined` where there is none,
 * or one that has other elements inside.
 */
export function xmlText(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`) + name.length + 2
  const end = xml.indexOf('<', start)
  if (start <= name.length + 1 || !xml.startsWith(`</${name}>`, end)) return undefined
  // Each by one pattern and a plain text, which V8 replaces without an object for every match.
  const plain = entities.reduce(
    (text, [pattern, character]) => text.replace(pattern, character),
    xml.slice(start, end).replace(/\r\n?/g, '\n'),
  )
  return plain
    .replace(/&#(?:x([\da-f]+)|(\d+));/gi, (_, hex?: string, decimal?: string) =>
      String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replace(/&amp;/g, '&')
}

/**
 * What AWS says in a refusal whose bytes were not to be parsed: aws-lite throws an error that has
 * each of them by its number.
 */
export function refusalIn(error: unknown): unknown {
  const bytes = Object.entries(Object(error)).flatMap(([key, byte]) =>
    /^\d+$/.test(key) ? [Number(byte)] : [],
  )
  const xml = Buffer.from(bytes).toString()
  const code = xmlText(xml, 'Code')
  if (code === undefined) return error
  const statusCode: unknown = Reflect.get(Object(error), 'statusCode')
  return Object.assign(new Error(xmlText(xml, 'Message') ?? code), { code, statusCode })
}
