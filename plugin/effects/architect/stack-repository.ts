import utils from '@architect/utils'

import type { ArchitectApp } from '../../core/arc/architect-app.ts'
import { parsePragmas } from '../../core/arc/pragma.ts'
import { appRepositories } from '../../core/settings/app-repositories.ts'
import { environmentOf } from '../../core/stack/environment.ts'

/** Name of the repository that the images of a stack are in. */
export function stackRepository(app: ArchitectApp, stackName: string): string {
  const environment = environmentOf(stackName, app.name, (name) => utils.toLogicalID(name))
  return appRepositories(parsePragmas(app).settings)[environment]
}
