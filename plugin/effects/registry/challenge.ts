/** What a registry asks for in `WWW-Authenticate` (RFC 6750, Docker's token specification). */
export interface BearerChallenge {
  readonly realm: string
  readonly service?: string
  readonly scope?: string
}

/** The Bearer challenge of a header that may hold several; `undefined`: there is none. */
export function parseBearerChallenge(header: string | undefined): BearerChallenge | undefined {
  const parameters = /(?:^|,\s*)bearer\s+(.*)$/is.exec(header ?? '')?.[1]
  if (parameters === undefined) return undefined
  const values = new Map<string, string>()
  for (const [, key = '', quoted, bare] of parameters.matchAll(
    /([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi,
  )) {
    const name = key.toLowerCase()
    if (!values.has(name)) values.set(name, bare ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1'))
  }
  const realm = values.get('realm')
  if (realm === undefined) return undefined
  const service = values.get('service')
  const scope = values.get('scope')
  return {
    realm,
    ...(service !== undefined && { service }),
    ...(scope !== undefined && { scope }),
  }
}
