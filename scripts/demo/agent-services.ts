import { createHash, randomBytes } from 'node:crypto'

import { type AppServices, startAppServices } from '../../test/stand-in/harness/app-services.ts'
import type { ImageFunction } from './deployed-function.ts'

/** The table of the deployed app, with the secret of agent `ada` in workspace `demo`. */
export async function startAgentServices({
  stackName,
  physicalIds,
}: ImageFunction): Promise<{ readonly services: AppServices; readonly secret: string }> {
  const secret = randomBytes(32).toString('base64url')
  const secretHash = createHash('sha256').update(secret).digest('hex')
  const services = await startAppServices({
    stackName,
    tables: [
      {
        name: 'agent-secrets',
        tableName: physicalIds['AgentSecretsTable'] ?? '',
        key: ['workspaceId', 'agentId'],
        rows: [{ workspaceId: 'demo', agentId: 'ada', secretHash }],
      },
    ],
  })
  return { services, secret }
}
