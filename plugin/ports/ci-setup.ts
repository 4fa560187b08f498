import type { RepositoryLayout } from '../core/setup/adapt-workflow.ts'
import type { FileChange } from '../core/file-change.ts'

/** The repository that an app is in, as git and its files tell. */
export interface AppRepository extends Omit<RepositoryLayout, 'app'> {
  /** `owner/name` on GitHub. */
  readonly gitHub?: string
}

/** What `init --ci` asks of the outside. */
export interface CiSetupPorts {
  /** @throws ContainerImageError COMMAND_INVALID without a lockfile or outside a git repository */
  readonly readRepository: () => Promise<AppRepository>
  /** This package's own workflows, by their names. */
  readonly readWorkflows: () => Promise<ReadonlyMap<string, string>>
  /** The text of a file, relative to the app; absent when there is none. */
  readonly read: (path: string) => Promise<string | undefined>
  readonly write: (change: FileChange) => Promise<void>
}
