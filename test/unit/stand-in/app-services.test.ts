import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import t from 'tap'

import { startAppServices } from '../../stand-in/harness/app-services.ts'
import { plainNode } from '../../stand-in/harness/plain-node.ts'

const services = await startAppServices({
  stackName: 'AppStaging',
  tables: [
    {
      name: 'agent-secrets',
      tableName: 'AppStaging-AgentSecretsTable-1',
      key: ['workspaceId', 'agentId'],
      rows: [{ workspaceId: 'w', agentId: 'a', secretHash: 'hash' }],
    },
  ],
})
t.teardown(() => services.close())

/** In a process of its own, because @architect/functions reads its environment once. */
async function run(code: string, environment: Record<string, string> = {}): Promise<string> {
  const script = `require('@architect/functions').tables()
    .then(async (t) => console.log(JSON.stringify(await (${code})(t['agent-secrets']))))
    .catch((error) => console.log(error.message))`
  const { all } = await execa(...plainNode('-e', script), {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    all: true,
    reject: false,
    env: {
      ...services.environment,
      ARC_ENV: 'staging',
      ARC_APP_NAME: 'app',
      ARC_STACK_NAME: 'AppStaging',
      ...environment,
    },
  })
  return all
}

t.test('a function finds its table by its stack, and a row by its key', async (t) => {
  t.equal(
    await run(`(t) => t.get({ workspaceId: 'w', agentId: 'a' })`),
    '{"workspaceId":"w","agentId":"a","secretHash":"hash"}',
  )
  t.strictSame(services.journal, ['ssm.GetParametersByPath', 'dynamodb.GetItem'])
})

t.test('no such row is nothing', async (t) => {
  t.equal(await run(`(t) => t.get({ workspaceId: 'w', agentId: 'b' })`), 'undefined')
})

t.test('half a key, another stack, a write and a stranger are refused', async (t) => {
  t.match(await run(`(t) => t.get({ workspaceId: 'w' })`), 'does not match the schema')
  t.match(await run(`(t) => t.get({})`, { ARC_STACK_NAME: 'Other' }), /undefined|null/)
  t.match(
    await run(`(t) => t.put({ workspaceId: 'w', agentId: 'a' })`),
    /UnknownOperation|unknown/i,
  )
  t.match(await run(`(t) => t.get({})`, { AWS_ACCESS_KEY_ID: 'X' }), 'security token')
})
