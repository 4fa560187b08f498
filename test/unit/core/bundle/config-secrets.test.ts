import t from 'tap'

import { configSecrets } from '../../../../plugin/core/bundle/config-secrets.ts'

const shell = { API_TOKEN: 's3cr3t-value', HOME: '/home/someone', PIN_KEY: '1234' }

const names = (config: Parameters<typeof configSecrets>[0], allowed: readonly string[] = []) =>
  configSecrets(config, allowed, shell).map(({ code, message }) => {
    t.equal(code, 'DEFINE_LOOKS_SECRET')
    t.notMatch(message, 's3cr3t-value')
    return /puts '(.*)' into/.exec(message)?.[1]
  })

t.test('secrets by name, by value, and inside of a whole environment', (t) => {
  t.strictSame(names({ define: { 'process.env.DB_PASSWORD': '"x"' } }), ['DB_PASSWORD'])
  t.strictSame(names({ define: { MY_TOKEN: '7' } }), ['MY_TOKEN'])
  t.strictSame(names({ define: { 'process.env': JSON.stringify(shell) } }), [
    'API_TOKEN',
    'PIN_KEY',
  ])
  t.strictSame(names({ define: { __CONFIG__: '{"a":{"PRIVATE_KEY":"x"}}' } }), ['PRIVATE_KEY'])
  t.strictSame(names({ define: { harmless: '"Bearer s3cr3t-value"' } }), ['API_TOKEN'])
  t.strictSame(names({ banner: { js: 'process.env.T="s3cr3t-value"' } }), ['API_TOKEN'])
  t.strictSame(names({ footer: { js: '// s3cr3t-value' } }), ['API_TOKEN'])
  t.end()
})

t.test('what is allowed, or no secret', (t) => {
  const define = { 'process.env.API_TOKEN': '"s3cr3t-value"' }
  t.strictSame(names({ define }, ['API_TOKEN']), [])
  t.strictSame(names({ define, banner: { js: 's3cr3t-value' } }, ['API_TOKEN']), [])
  t.strictSame(
    names({
      define: {
        'process.env.NODE_ENV': '"production"',
        'process.env.API_TOKEN': 'globalThis.token',
        SECRET_MODE: 'true',
        'process.env.EMPTY_TOKEN': '""',
        port: '1234',
      },
    }),
    [],
  )
  t.strictSame(names({}), [])
  t.end()
})
