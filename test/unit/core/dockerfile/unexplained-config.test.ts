import t from 'tap'

import { unexplainedConfig } from '../../../../plugin/core/dockerfile/unexplained-config.ts'

const base = { config: { Env: ['PATH=/bin', 'TZ=UTC'], User: '' } }
const image = (env: readonly string[], user?: string) => ({
  config: { Env: [...base.config.Env, ...env], ...(user !== undefined && { User: user }) },
})

t.test('what base and Dockerfile give', (t) => {
  t.strictSame(unexplainedConfig(base, base, 'FROM a'), [])
  t.strictSame(
    unexplainedConfig(image(['LEVEL=3'], 'me'), base, 'FROM a\nENV LEVEL=3\nUSER me'),
    [],
  )
  t.strictSame(unexplainedConfig({ config: { Env: ['PATH=/x'] } }, {}, 'FROM scratch'), [])
  t.end()
})

t.test('what neither gives', (t) => {
  t.strictSame(unexplainedConfig(image(['NODE_OPTIONS=--require=/x'], 'root'), base, 'FROM a'), [
    'variable NODE_OPTIONS',
    'its user',
  ])
  const other = { config: { Env: ['PATH=/tmp', 'TZ=UTC'] } }
  t.strictSame(unexplainedConfig(other, base, 'ENV MY_PATH=1'), ['variable PATH'])
  t.strictSame(unexplainedConfig({ config: { Env: ['TZ=UTC'] } }, base, ''), ['variable PATH'])
  t.end()
})
