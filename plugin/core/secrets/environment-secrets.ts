import { decodedSecrets } from './decoded-secrets.ts'
import { urlSecrets } from './url-secrets.ts'

const secretWord =
  /(?:^|_)(?:TOKENS?|SECRETS?|PASSWORDS?|PASSWD|PASSPHRASE|PASS|CREDENTIALS?|(?:API|ACCESS|PRIVATE|SIGNING|ENCRYPTION|SECRET|DEPLOY|LICENSE)?_?KEY|AUTH|APIKEY|DSN|PAT)(?:_|$)/i
/** What such a name tells then is where a secret is, or what it is called. */
const harmlessEnd =
  /_(?:ID|FILE|FILES|PATH|DIR|SOCK|SOCKET|NAME|URL|URI|HOST|PORT|USER|TYPE|METHOD|TIMEOUT|TTL|REGION|VERSION|MODE|ALGORITHM|ENABLED|LENGTH|PREFIX|SUFFIX|COUNT)$/i
const npmSetting = /^npm_config_.*(?:auth|token|password|secret|otp)$/i
/** A value that is a word was not meant to be kept from anybody. */
const word = /^[a-z]{1,15}$/i

/** Values of an environment that nobody else may see, by the names of variables and in URLs. */
export function environmentSecrets(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return Object.entries(environment).flatMap(([name, value = '']) => {
    const isSecret = (secretWord.test(name) && !harmlessEnd.test(name)) || npmSetting.test(name)
    return [
      ...(isSecret && !word.test(value) ? decodedSecrets(value) : []),
      ...(value.includes('://') ? urlSecrets(value) : []),
    ]
  })
}
