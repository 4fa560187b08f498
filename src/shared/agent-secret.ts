import { createHash, timingSafeEqual } from 'node:crypto'

import arc from '@architect/functions'

/** Who speaks, as the path of the request says. */
export interface Agent {
  readonly workspaceId: string
  readonly agentId: string
}

interface SecretRecord extends Agent {
  /** sha256 of the secret, hex. A fast hash is enough for 32 random bytes. */
  readonly secretHash: string
}

/** Whether the secret is the agent's own, by the table `agent-secrets`. */
export async function isSecretOf(
  { workspaceId, agentId }: Agent,
  secret: string,
): Promise<boolean> {
  const secrets = await openSecrets()
  const record = await secrets.get({ workspaceId, agentId })
  return matchesHash(secret, record?.secretHash)
}

/** Gives an agent its secret, in place of the one it may have had. */
export async function keepSecret({ workspaceId, agentId }: Agent, secret: string): Promise<void> {
  const secrets = await openSecrets()
  await secrets.put({ workspaceId, agentId, secretHash: hashOf(secret).toString('hex') })
}

/** Constant in time; an agent without a record takes as long as a wrong secret. */
export function matchesHash(secret: string, expected: string | undefined): boolean {
  const known = expected !== undefined && /^[0-9a-f]{64}$/.test(expected)
  const wanted = Buffer.from(known ? expected : '0'.repeat(64), 'hex')
  return timingSafeEqual(hashOf(secret), wanted) && known
}

async function openSecrets() {
  const { 'agent-secrets': secrets } = await arc.tables<{ 'agent-secrets': SecretRecord }>()
  return secrets
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
