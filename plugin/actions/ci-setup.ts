import { posix } from 'node:path'

import type { FileChange } from '../core/file-change.ts'
import { adaptWorkflow } from '../core/setup/adapt-workflow.ts'
import type { AppRepository, CiSetupPorts } from '../ports/ci-setup.ts'

/** What `init --ci` would write. */
export interface CiSetup {
  readonly repository: AppRepository
  readonly changes: readonly FileChange[]
  /** Workflows that are there and differ: they are the user's. */
  readonly kept: readonly string[]
}

/**
 * The workflows of this package for the app's repository. An app in a subfolder has workflows of its
 * own name, beside those of other apps.
 * @throws ContainerImageError COMMAND_INVALID
 */
export async function planCiSetup(app: string, ports: CiSetupPorts): Promise<CiSetup> {
  const repository = await ports.readRepository()
  const { folder } = repository
  const up = folder === '' ? '' : posix.relative(folder, '.')
  const changes: FileChange[] = []
  const kept: string[] = []
  for (const [name, text] of await ports.readWorkflows()) {
    const file = folder === '' ? name : `${app}-${name}`
    const path = posix.join(up, '.github/workflows', file)
    const after = adaptWorkflow(text, { ...repository, app })
    const before = await ports.read(path)
    if (before === undefined) changes.push({ path, after })
    else if (before !== after) kept.push(path)
  }
  return { repository, changes, kept }
}
