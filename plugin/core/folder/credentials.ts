/** Names that are credentials, or hold them, whatever is in them. */
const folders = new Set(['.git', '.hg', '.svn', '.aws', '.ssh', '.gnupg'])
const files = new Set(
  '.git .npmrc .netrc _netrc .pypirc .pgpass .git-credentials .yarnrc.yml'.split(' '),
)
const sshKey = /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/

/** Why a path is left out by one of its names; `undefined` for all others. */
export function credentialName(path: string): string | undefined {
  const names = path.split('/')
  const folder = names.find((name) => folders.has(name))
  if (folder !== undefined) return `is in ${folder}/, which no function reads`
  const name = names.at(-1) ?? ''
  if (files.has(name)) return 'mostly holds credentials'
  return sshKey.test(name) ? 'has the name of a private key' : undefined
}

/** Values for the code, or secrets of whoever deploys: only the user can tell. */
export function isEnvironmentFile(path: string): boolean {
  return /(?:^|\/)\.env[^/]*$/.test(path) && !isOfPackage(path)
}

/** Below `node_modules`, but for what Architect puts there of the app's own. */
export function isOfPackage(path: string): boolean {
  return /(?:^|\/)node_modules\/(?!@architect\/(?:shared|views)\/)/.test(path)
}

/** Code and texts may quote a key; a key file does not quote. */
const quoting = /\.(?:[cm]?[jt]sx?|map|mdx?|html?|py|rst|adoc)$/i

/**
 * Whether a file is a private key: one of PEM at the beginning of a line (RFC 7468, and OpenSSH's
 * and PGP's), or as a value of JSON, as in Google's files of service accounts.
 */
export function isPrivateKey(path: string, content: Buffer): boolean {
  if (!content.includes('PRIVATE KEY') || quoting.test(path)) return false
  return /(?:^|["\r\n])-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/.test(
    content.toString('latin1'),
  )
}
