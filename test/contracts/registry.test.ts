import t from 'tap'

import { startRegistry } from '../stand-in/registry/index.ts'
import { registryContract } from './registry.ts'

const authorization = `Basic ${Buffer.from('user:password').toString('base64')}`

t.test('the stand-in as ECR would be', (t) =>
  registryContract(t, async () => {
    const registry = await startRegistry({
      redirectBlobs: true,
      authorize: (request) => (request.authorization === authorization ? 'ok' : 'unauthorized'),
    })
    return { host: registry.host, authorization, close: () => registry.close() }
  }),
)

t.test('the stand-in behind a Bearer token endpoint', (t) =>
  registryContract(t, async () => {
    const registry = await startRegistry({
      bearer: {
        issue: ({ authorization: basic, scope }) => (basic === authorization ? scope : undefined),
      },
      authorize: (request) => {
        const [, name, actions] =
          /^Bearer repository:(.*):(.*)$/.exec(request.authorization ?? '') ?? []
        const needed = request.method === 'GET' || request.method === 'HEAD' ? 'pull' : 'push'
        const may = name === request.repository && actions?.split(',').includes(needed) === true
        return may ? 'ok' : 'unauthorized'
      },
    })
    return { host: registry.host, authorization, close: () => registry.close() }
  }),
)
