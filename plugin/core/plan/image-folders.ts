/** What is in `docker/`, the folder that defines the images of an app. */
export interface ImageFolders {
  /** Absolute path of `docker/`. */
  readonly directory: string
  /** The names in each folder of it; those of folders end in a slash. */
  readonly folders: ReadonlyMap<string, readonly string[]>
  /** Folders whose packages pnpm is to lock where they have no lockfile; npm does in all others. */
  readonly byPnpm: ReadonlySet<string>
}
