import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'

import { keepSecret } from './shared/agent-secret.ts'

/**
 * Makes the secret of an agent, keeps its hash in the table `agent-secrets` and prints it once:
 *
 *   ARC_APP_NAME=agent-memory ARC_ENV=staging AWS_REGION=us-west-2 \
 *     node src/make-secret.ts WORKSPACE AGENT
 */
const [workspaceId = '', agentId = ''] = parseArgs({ allowPositionals: true }).positionals
if ([workspaceId, agentId].every((name) => /^[A-Za-z0-9_-]{1,64}$/.test(name))) {
  const secret = randomBytes(32).toString('base64url')
  await keepSecret({ workspaceId, agentId }, secret)
  console.log(secret)
} else {
  console.error('Name a workspace and an agent, each 1 to 64 of A-Z, a-z, 0-9, _ and -.')
  process.exitCode = 1
}
