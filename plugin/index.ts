import { markOwn } from './effects/architect/own-hooks.ts'
import type { DeployHookInput, ServicesHookInput } from './hooks.ts'
import { requireNode } from './node-version.ts'

export type { DeployHookInput, ServicesHookInput }

// Architect asks for `isTTY === false`; in a pipe Node has `undefined`, and a log fills with frames.
if (process.stdout.isTTY === undefined) process.stdout.isTTY = false

/**
 * What Architect loads with every command. The hooks are loaded when a deploy calls them, since no
 * other command needs more than their names.
 */
const hooks = {
  async start(input: DeployHookInput): Promise<void> {
    requireNode()
    return (await import('./hooks.ts')).start(input)
  },
  async services(input: ServicesHookInput): Promise<void> {
    const { cloudformation } = input
    // The sandbox calls it too, without a template.
    if (cloudformation === null) return
    requireNode()
    return (await import('./hooks.ts')).services({ ...input, cloudformation })
  },
}

export default { deploy: markOwn(hooks) }
