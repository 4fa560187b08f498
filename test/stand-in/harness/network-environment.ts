const known =
  /^(?:NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|(?:https?|no)_proxy|npm_config_(?:registry|cafile))$/i

/** What a program needs of this machine's environment to reach a package registry, and no more. */
export function networkEnvironment(): Readonly<Record<string, string>> {
  const entries = Object.entries(process.env).filter(([name]) => known.test(name))
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']))
}
