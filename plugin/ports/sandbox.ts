import type { AppFunction } from '../core/arc/architect-app.ts'
import type { ImageFolders } from '../core/plan/image-folders.ts'
import type { PlannedImage } from '../core/model.ts'

/** The packages of one image, installed for this machine. */
export interface SandboxPackages {
  /** Real path of the folder that holds `node_modules`. */
  readonly directory: string
  /** What the functions take from there. */
  readonly names: readonly string[]
}

/** By a function's source folder, as `LAMBDA_TASK_ROOT` names it. */
export type SandboxTable = Readonly<Record<string, readonly SandboxPackages[]>>

/** What the sandbox asks of the outside. */
export interface SandboxPorts {
  readonly readImageFolders: () => Promise<ImageFolders>
  /**
   * Installs for this machine what is not in the cache; a missing lockfile is made.
   * @returns nothing for an image without packages
   * @throws ContainerImageError what installing throws
   */
  readonly provide: (image: PlannedImage) => Promise<SandboxPackages | undefined>
  /** For each function's process to read. */
  readonly writeTable: (table: SandboxTable) => Promise<void>
  /**
   * Compiles a TypeScript function once more, without packages that the app need not have.
   * @returns whether it is TypeScript
   * @throws ContainerImageError BUNDLE_FAILED, ESBUILD_CONFIG_INVALID
   */
  readonly compile: (compiled: AppFunction, packages: readonly string[]) => Promise<boolean>
  readonly done: (message: string) => void
  readonly warn: (message: string) => void
}
