import type { AppFunction } from '../core/arc/architect-app.ts'
import type { FileChange } from '../core/file-change.ts'

/** Packages that an image is to bring, beside what its folder has already. */
export interface WantedPackages {
  readonly image: string
  /** Of the function that wants them; the app's versions are looked for from here. */
  readonly source: string
  /** As npm takes them, `sharp` or `sharp@0.34.0`. */
  readonly packages: readonly string[]
}

/** What `init` asks of the outside. Nothing is written but by `write`. */
export interface InitPorts {
  /** Names of the files in each folder of docker/. */
  readonly imageFolders: () => Promise<ReadonlyMap<string, readonly string[]>>
  /** The text of a file of the app; absent when there is none. */
  readonly read: (path: string) => Promise<string | undefined>
  /** package.json and lockfile of an image with the packages in them, made by npm or pnpm. */
  readonly addPackages: (wanted: WantedPackages) => Promise<readonly FileChange[]>
  /** requirements.txt of a Python function's image, and a Dockerfile where there is none. */
  readonly addRequirements: (
    lambda: AppFunction,
    wanted: WantedPackages,
  ) => Promise<readonly FileChange[]>
  readonly write: (change: FileChange) => Promise<void>
}
