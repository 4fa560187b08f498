import t from 'tap'

import { decodedSecrets } from '../../../../plugin/core/secrets/decoded-secrets.ts'
import { environmentSecrets } from '../../../../plugin/core/secrets/environment-secrets.ts'
import { isWorthHiding } from '../../../../plugin/core/secrets/is-worth-hiding.ts'
import { npmrcSecrets } from '../../../../plugin/core/secrets/npmrc-secrets.ts'
import { createRedactor } from '../../../../plugin/core/secrets/redact-values.ts'
import { urlSecrets } from '../../../../plugin/core/secrets/url-secrets.ts'

const hidden = (values: readonly string[]): readonly string[] =>
  [...new Set(values.filter(isWorthHiding))].toSorted()
const base64 = (text: string): string => Buffer.from(text).toString('base64')

t.test('words that messages need are no secrets', (t) => {
  for (const word of ['production', 'Production', 'us-west-2', 'us-gov-east-1', 'x-oauth-basic'])
    t.notOk(isWorthHiding(word), word)
  for (const word of ['short', '2026-11-26', '123456789012']) t.notOk(isWorthHiding(word), word)
  t.ok(isWorthHiding('s3cr3t-value'))
  t.end()
})

t.test('URLs', (t) => {
  const of = (text: string) => hidden(urlSecrets(text))
  t.strictSame(of('get https://canary-0001@host/a.tgz now'), ['canary-0001'])
  t.strictSame(of('"http://user:canary%2F0002@host:80/a"'), ['canary%2F0002', 'canary/0002'])
  t.strictSame(of('https://user:p@ss@canary@host/'), ['p@ss@canary'])
  t.strictSame(of('https://canary-0003:x-oauth-basic@github.com/a/b.git#v1'), ['canary-0003'])
  t.strictSame(of('https://h/a.tgz?token=canary-0004&format=tarball#x'), ['canary-0004'])
  t.strictSame(of('https://h/a?sv=1&x=Ab3dEf6hIj9lMn2pQr5t'), ['Ab3dEf6hIj9lMn2pQr5t'])
  t.strictSame(of('https://registry.npmjs.org/@scope/name/-/name-1.0.0.tgz'), [])
  t.strictSame(of('git+ssh://git@github.com/owner/repository.git#semver:^1'), [])
  t.strictSame(of('postgres://user@localhost/db?sslmode=verify-full'), [])
  t.end()
})

t.test('.npmrc', (t) => {
  const text = `; a comment with _authToken=not-a-secret
registry=https://canary-0005@npm.example/
//npm.example/:_authToken=\${NPM_TOKEN}
//b.example/:_authToken="canary-0006"
//c.example/:_auth = ${base64('user:canary-0007')}
//d.example/:_password=${base64('canary-0008')}
//e.example/:username=somebody-else
key=-----BEGIN KEY-----\\ncanary0009line\\n-----END KEY-----
always-auth=true
save-exact=true
https-proxy=http://proxy-user:canary-0010@proxy:3128
`
  const found = hidden(npmrcSecrets(text, { NPM_TOKEN: 'canary-0011' }))
  for (const number of ['05', '06', '07', '08', '10', '11'])
    t.ok(found.includes(`canary-00${number}`), number)
  t.ok(found.includes('canary0009line'))
  t.notOk(found.includes('somebody-else'))
  t.notOk(found.some((value) => value.includes('not-a-secret')))
  t.end()
})

t.test('environments', (t) => {
  const found = hidden(
    environmentSecrets({
      NPM_TOKEN: 'canary-0012',
      AWS_SECRET_ACCESS_KEY: 'canary/0013+abc',
      DB_PASSWORD: 'canary-0014',
      'npm_config_//npm.example/:_authToken': 'canary-0015',
      DATABASE_URL: 'postgres://user:canary-0016@db/app',
      GITHUB_TOKEN: 'canary-0017',
      STRIPE_API_KEY: 'canary-0018',
      // Names that only look so, and words.
      PWD: '/home/somebody/project',
      SSH_AUTH_SOCK: '/tmp/ssh-abcdefgh/agent',
      TOKEN_FILE: '/run/secrets/token',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      API_KEY_NAME: 'the-name-of-a-key',
      DEPLOY_KEY: 'production',
      SESSION_SECRET: 'changeme',
      KEYBOARD: 'german-nodeadkeys',
      AWS_REGION: 'us-west-2',
    }),
  )
  t.strictSame(found, [
    'canary-0012',
    'canary-0014',
    'canary-0015',
    'canary-0016',
    'canary-0017',
    'canary-0018',
    'canary/0013+abc',
  ])
  t.end()
})

t.test('every form of a value is replaced, the longest first', (t) => {
  const redact = createRedactor(['canary/0019', 'canary/0019-longer', 'with "quotes" 20', '$&.*+'])
  t.equal(redact('canary/0019-longer canary/0019'), '*** ***')
  t.equal(redact(encodeURIComponent('canary/0019')), '***')
  t.equal(redact(JSON.stringify({ a: 'with "quotes" 20' })), '{"a":"***"}')
  t.equal(redact(`Basic ${base64('canary/0019')}`), 'Basic ***')
  t.equal(redact('$&.*+'), '***')
  t.equal(createRedactor([])('as it was'), 'as it was')
  t.strictSame(decodedSecrets(base64('AWS:canary-0021')).slice(-1), ['canary-0021'])
  t.end()
})
