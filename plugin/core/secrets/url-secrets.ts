const url = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'`<>\\]+/gi
const tellingKey = /tok(?:en)?|auth|key|secret|sig|pass|pwd|credential|sas/i
/** Long, with letters and digits: nobody reads that. */
const random = /^(?=.*\d)(?=.*[a-z])[\w.~+/=-]{20,}$/i

/**
 * Secrets in the URLs of a text: passwords, user names that are alone (`https://TOKEN@host`), and
 * values of the query by their key or their look. As they are written, and decoded.
 */
export function urlSecrets(text: string): readonly string[] {
  return [...text.matchAll(url)].flatMap(([match]) => secretsOf(match)).flatMap(withDecoded)
}

function secretsOf(found: string): readonly string[] {
  const [authority = ''] = found.slice(found.indexOf('//') + 2).split(/[/?#]/, 1)
  const user = authority.slice(0, Math.max(0, authority.lastIndexOf('@')))
  const [name, password] = split(user, ':')
  const [, query] = split(found.split('#', 1)[0] ?? '', '?')
  const values = query.split('&').flatMap((pair) => {
    const [key, value] = split(pair, '=')
    return tellingKey.test(key) || random.test(value) ? [value] : []
  })
  const standsAlone = password === '' || password === 'x-oauth-basic' || random.test(name)
  return [password, ...(standsAlone ? [name] : []), ...values]
}

function split(text: string, at: string): readonly [string, string] {
  const index = text.indexOf(at)
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)]
}

function withDecoded(value: string): readonly string[] {
  try {
    return [value, decodeURIComponent(value)]
  } catch {
    return [value]
  }
}
