export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue }

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** A list repeats the element that holds it, as S3 writes lists; see `members` for the other way. */
export function toXml(value: XmlValue): string {
  if (value === undefined) return ''
  if (typeof value !== 'object') return escape(String(value))
  return Object.entries(value)
    .flatMap(([name, inner]: [string, XmlValue]) => {
      if (inner === undefined) return []
      const items: readonly XmlValue[] = Array.isArray(inner) ? inner : [inner]
      return items.map((item) => `<${name}>${toXml(item)}</${name}>`)
    })
    .join('')
}

/** A list as the query protocol writes it: `<Name><member>...</member></Name>`. */
export function members(items: readonly XmlValue[]): XmlValue {
  return { member: items }
}

/** As AWS writes what may be absent: clients see no key, not an empty list. */
export function membersIfAny(items: readonly XmlValue[]): XmlValue {
  return items.length === 0 ? undefined : members(items)
}
