/** Names that are credentials, or hold them, whatever is in them. */
const folders = new Set(['.git', '.hg', '.svn', '.aws', '.ssh', '.gnupg'])
const files = new Set(
  '.git .npmrc .netrc _netrc .pypirc .pgpass .git-credentials .yarnrc.yml'.split(' '),
)
const sshKey = /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/

/** A file by the names that lead to it. */
interface NamedFile {
  /** Posix, relative to its folder. */
  readonly path: string
  /** Where it really is when a link leads to it, from the app's folder. */
  readonly leadsTo?: string
}

/** Why a file is left out by one of its names; `undefined` for all others. */
export function credentialName({ path, leadsTo = path }: NamedFile): string | undefined {
  return reasonOf(path) ?? reasonOf(leadsTo)
}

function reasonOf(path: string): string | undefined {
  const names = path.split('/')
  const folder = names.find((name) => folders.has(name))
  if (folder !== undefined) return `is in ${folder}/, which no function reads`
  const name = names.at(-1) ?? ''
  if (files.has(name)) return 'mostly holds credentials'
  return sshKey.test(name) ? 'has the name of a private key' : undefined
}

/** Values for the code, or secrets of whoever deploys: only the user can tell. */
export function isEnvironmentFile({ path, leadsTo = path }: NamedFile): boolean {
  return [path, leadsTo].some((name) => /(?:^|\/)\.env[^/]*$/.test(name) && !isOfPackage(name))
}

/** Below `node_modules`, but for what Architect puts there of the app's own. */
export function isOfPackage(path: string): boolean {
  return /(?:^|\/)node_modules\/(?!@architect\/(?:shared|views)\/)/.test(path)
}

/** Code and texts may quote a key; a key file does not quote. */
const quoting = /\.(?:[cm]?[jt]sx?|map|mdx?|html?|py|rst|adoc)$/i

/** PEM's header (RFC 7468, and OpenSSH's and PGP's), not as prose and programs quote it. */
const header =
  /(?:^(?:\u00EF\u00BB\u00BF)?|["'=>\r\n]|\\[nr])[ \t]*-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?=\s|\\[nr])/

/**
 * Whether a file is a private key, or has one: at the beginning of a line, indented too as in YAML,
 * or as a value, as in JSON of Google's service accounts.
 */
export function isPrivateKey(path: string, content: Buffer): boolean {
  if (!content.includes('PRIVATE KEY') || quoting.test(path)) return false
  return header.test(content.toString('latin1'))
}
