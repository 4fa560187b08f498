import t, { type Test } from 'tap'

import { markOwn } from '../../../../plugin/effects/architect/own-hooks.ts'
import {
  preloadOption,
  sandboxEnvironment,
  takePreloadOption,
} from '../../../../plugin/effects/sandbox/sandbox-environment.ts'

const own = markOwn({ env: sandboxEnvironment }).env

function inventory(inv: object): { inventory: object } {
  return { inventory: { inv: { _project: { cwd: '/my app' }, ...inv } } }
}

function asked(t: Test, inv: object): readonly string[] {
  const answer = sandboxEnvironment(inventory(inv))
  t.strictSame(Object.keys(answer), ['testing'], 'no template has it')
  return Object.keys(answer.testing)
}

const table = 'ARC_CONTAINER_IMAGES_SANDBOX'

t.test('functions of the sandbox get a preload and its table', (t) => {
  const { testing } = sandboxEnvironment(inventory({}))
  t.equal(testing['NODE_OPTIONS'], preloadOption)
  t.notMatch(preloadOption, ' ')
  t.match(testing[table], /sandbox\/[0-9a-f]{64}\.json$/)
  t.not(testing[table], sandboxEnvironment(inventory({ _project: { cwd: '/b' } })).testing[table])
  t.end()
})

t.test('NODE_OPTIONS is left to whoever else sets it', (t) => {
  const env = { local: { testing: { NODE_OPTIONS: '--use-system-ca' } } }
  t.strictSame(asked(t, { _project: { cwd: '/', env } }), [table], '@env testing')
  const others = (...setters: readonly unknown[]) => ({
    plugins: { _methods: { set: { env: [...setters, own] } } },
  })
  t.strictSame(
    asked(
      t,
      others(() => ({ NODE_OPTIONS: '' })),
    ),
    [table],
    'a plugin',
  )
  t.strictSame(
    asked(
      t,
      others(() => ({ testing: { NODE_OPTIONS: '' } })),
    ),
    [table],
  )
  t.strictSame(
    asked(
      t,
      others(() => ({ OTHER: '' })),
    ),
    [table, 'NODE_OPTIONS'],
  )
  const failing = () => {
    throw new Error('no')
  }
  t.strictSame(asked(t, others(failing)), [table, 'NODE_OPTIONS'])
  t.strictSame(asked(t, { _arc: { deployStage: 'staging' } }), [table], 'a deploy')
  t.end()
})

t.test('children of the sandbox itself get what the shell gave', (t) => {
  const before = process.env['NODE_OPTIONS']
  t.teardown(() => {
    if (before === undefined) delete process.env['NODE_OPTIONS']
    else process.env['NODE_OPTIONS'] = before
  })
  for (const shell of [undefined, '--use-system-ca']) {
    if (shell === undefined) delete process.env['NODE_OPTIONS']
    else process.env['NODE_OPTIONS'] = shell
    sandboxEnvironment(inventory({}))
    const environment: NodeJS.ProcessEnv = { NODE_OPTIONS: preloadOption }
    t.ok(takePreloadOption(environment))
    t.equal(environment['NODE_OPTIONS'], shell)
    t.notOk(takePreloadOption(environment))
  }
  t.end()
})
