import { decodedSecrets } from './decoded-secrets.ts'
import { urlSecrets } from './url-secrets.ts'

const secretKey = /(?:auth|token|password|secret|otp|(?:^|:)key)(?:\[\])?$/i

/**
 * Values of an `.npmrc` (npm's and pnpm's, of whatever level) that nobody else may see: of its keys
 * for credentials, and in its URLs. Variables are in place of their names, as npm reads them.
 */
export function npmrcSecrets(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const expanded = text.replaceAll(
    /\$\{([^}?:-]+)(?:[?:-][^}]*)?\}/g,
    (whole, name: string) => environment[name] ?? whole,
  )
  const values = expanded.split(/\r?\n/).flatMap((line) => {
    const [, key = '', raw = ''] = /^\s*([^;#=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (!secretKey.test(key)) return []
    return decodedSecrets(raw.replace(/^(["'])(.*)\1$/, '$2'))
  })
  return [...values, ...urlSecrets(expanded)]
}
