import utils from '@architect/utils'

import { planCiSetup } from '../actions/ci-setup.ts'
import { roleCommands } from '../core/setup/role-commands.ts'
import { readRepository } from '../effects/setup/read-repository.ts'
import { readWorkflows } from '../effects/setup/read-workflows.ts'
import type { CiSetupPorts } from '../ports/ci-setup.ts'
import type { FileChange } from '../core/file-change.ts'
import type { OpenApp } from './open/open-app.ts'

/** What `init --ci` writes, and the text that says what else there is to do. */
export async function planCi(
  { app, inventory, settings: readSettings }: OpenApp,
  ports: Pick<CiSetupPorts, 'read' | 'write'>,
): Promise<{ readonly changes: readonly FileChange[]; readonly next: string }> {
  const settings = readSettings()
  const { repository, changes, kept } = await planCiSetup(app.name, {
    ...ports,
    readRepository: () => readRepository(app.directory),
    readWorkflows,
  })
  const commands = roleCommands({
    app: app.name,
    stackPrefix: utils.toLogicalID(app.name),
    region: inventory.inv.aws.region ?? undefined,
    settings,
    gitHub: repository.gitHub,
  })
  const notes = kept.map((path) => `${path} is there and differs: it was left as it is.\n\n`)
  const next = `${notes.join('')}The roles, one for each environment, with an administrator's credentials
(CreateProvider=false where the account has GitHub's provider already):

${commands}

Their outputs are variables of the environments 'preview', 'staging' and
'production' on GitHub: docs/aws-setup.md says which.`
  return { changes, next }
}
