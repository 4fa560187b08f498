import { markOwn } from './effects/architect/own-hooks.ts'
import { keepCompiled } from './effects/cache/keep-compiled.ts'
import { sandboxEnvironment } from './effects/sandbox/sandbox-environment.ts'
import type { DeployHookInput, ServicesHookInput } from './hooks.ts'
import { requireNode } from './node-version.ts'
import type { SandboxHookInput, WatcherHookInput } from './sandbox.ts'

export type { DeployHookInput, ServicesHookInput }

// Architect asks for `isTTY === false`; in a pipe Node has `undefined`, and a log fills with frames.
if (process.stdout.isTTY === undefined) process.stdout.isTTY = false

/**
 * What Architect loads with every command. The hooks are loaded when a deploy calls them, since no
 * other command needs more than their names.
 */
const deploy = {
  async start(input: DeployHookInput): Promise<void> {
    requireNode()
    keepCompiled()
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

const sandbox = {
  async start(input: SandboxHookInput): Promise<void> {
    requireNode()
    return (await import('./sandbox.ts')).start(input)
  },
  async watcher(input: WatcherHookInput): Promise<void> {
    return (await import('./sandbox.ts')).watcher(input)
  },
}

export default {
  deploy: markOwn(deploy),
  sandbox: markOwn(sandbox),
  set: markOwn({ env: sandboxEnvironment }),
}
