type Environment = Readonly<Record<string, string | undefined>>

/** Words of a section of ~/.aws/config or ~/.aws/credentials, and what kind of credentials it has. */
const kinds = [
  ['aws_access_key_id', 'keys'],
  ['sso_session', 'SSO'],
  ['sso_start_url', 'SSO'],
  ['credential_process', 'credential_process'],
  ['web_identity_token_file', 'web identity'],
  ['role_arn', 'a role'],
] as const

/**
 * Where the credentials come from, in the order in which Architect's client looks.
 * @param profile what app.arc names
 * @param files texts of ~/.aws/credentials and ~/.aws/config
 */
export function credentialOrigin(
  environment: Environment,
  profile: string | undefined,
  files: readonly string[],
): string {
  if (environment['AWS_ACCESS_KEY_ID'] && environment['AWS_SECRET_ACCESS_KEY'])
    return environment['AWS_SESSION_TOKEN']
      ? 'AWS_ACCESS_KEY_ID, with a session token'
      : 'AWS_ACCESS_KEY_ID'
  const name = profile ?? environment['AWS_PROFILE'] ?? 'default'
  const section = files.map((text) => sectionOf(text, name)).join('\n')
  const kind = kinds.find(([word]) => new RegExp(`^\\s*${word}\\s*=`, 'm').test(section))?.[1]
  if (kind !== undefined) return `profile '${name}' (${kind})`
  return environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] ||
    environment['AWS_CONTAINER_CREDENTIALS_FULL_URI']
    ? "the container's role"
    : "the machine's role"
}

/** `[name]` of credentials, `[profile name]` of config. */
function sectionOf(text: string, name: string): string {
  const lines = text.split(/\r?\n/)
  const heads = new Set([`[${name}]`, `[profile ${name}]`])
  const start = lines.findIndex((line) => heads.has(line.trim().replaceAll(/\s+/g, ' ')))
  if (start === -1) return ''
  const length = lines.slice(start + 1).findIndex((line) => line.trim().startsWith('['))
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length).join('\n')
}
