/**
 * A credential, and what it is made of where it is the base64 of `user:password` or of a password,
 * as in `_auth`, `_password`, docker's `auth` and HTTP's Basic. Of several lines each is one.
 */
export function decodedSecrets(value: string): readonly string[] {
  const lines = value.split(/\\n|\n/).filter((line) => !line.startsWith('-----'))
  const decoded = Buffer.from(value, 'base64').toString('utf8')
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(value) && /^[\x20-\x7e]+$/.test(decoded)
  if (!isBase64) return [value, ...lines]
  const password = decoded.slice(decoded.indexOf(':') + 1)
  return [value, ...lines, decoded, password]
}
