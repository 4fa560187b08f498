import type { LambdaArchitecture } from '../oci/platform.ts'

/** The settings of an image that is built from a Dockerfile. */
export interface DockerfileSettings {
  /** Folder that the build sees, relative to that of app.arc; absent: `docker/<image>/`. */
  readonly context?: string
  readonly target?: string
  /** `NAME`, whose value the environment has, or `NAME=value`. */
  readonly buildArgs: readonly string[]
  /** `id=NAME`, `id=NAME,env=VARIABLE` or `id=NAME,src=FILE`. */
  readonly secrets: readonly string[]
  readonly ssh: readonly string[]
  readonly cacheFrom: readonly string[]
  readonly cacheTo: readonly string[]
  readonly buildxBuilder?: string
}

/** The settings that one image may have; what is absent was not written. */
export interface ImageSettings {
  readonly base?: string
  readonly builder?: 'embedded' | 'dockerfile'
  /** Names of environment variables whose values are fixed into the bundle. */
  readonly define: readonly string[]
  readonly defineSecret: readonly string[]
  /** Packages left out of the bundle, beside those of `docker/<image>/package.json`. */
  readonly external: readonly string[]
  /** Paths or globs of the function's folder that are packed whatever their names. */
  readonly include: readonly string[]
  /** Paths or globs of the function's folder that are not packed. */
  readonly exclude: readonly string[]
  /** Where the code runs: absent in its function's folder, which a zip unpacks to /var/task. */
  readonly workingDirectory?: 'task-root'
  /** Packages left out of the dependency layer with what only they need. */
  readonly omit: readonly string[]
  /** Packages whose install scripts make nothing that the functions use. */
  readonly scriptsNotNeeded: readonly string[]
  /** Packages, or `all`, whose JavaScript goes into one file of the image; absent: of none. */
  readonly bundlePackages?: readonly string[]
  /** Whether functions are started before the stack changes, and what stops the deploy. */
  readonly startCheck: 'on' | 'strict' | 'off'
  /** What becomes of the functions' Lambda layers; absent: they are refused. */
  readonly layers?: 'include' | 'drop'
  /** Absent when none of them was written. */
  readonly dockerfile?: DockerfileSettings
  /** Where each is written, by its name in app.arc: `app.arc:12`. For messages alone. */
  readonly places?: Readonly<Record<string, string>>
}

/** The settings above all images that are of the app as a whole. */
export interface AppWideSettings {
  /** Of staging, of production where that has none of its own; see `appRepositories`. */
  readonly repository: string
  readonly productionRepository: string | undefined
  /** `elsewhere`: others look after them, so they are checked and nothing in them is administered. */
  readonly managed: 'here' | 'elsewhere'
  /** A policy's ARN or name: the permissions boundary of every role that a stack makes. */
  readonly boundary: string | undefined
  readonly keep: number
}

/** What `@images` says. What is written above all images is already merged into each image. */
export interface AppSettings extends AppWideSettings {
  readonly images: ReadonlyMap<string, ImageSettings>
}

/** One line of `@container-images`. */
export interface FunctionRequest {
  /** As the user wrote it, for messages. */
  readonly line: string
  /** Where: `app.arc:12`. */
  readonly place?: string
  /** Architect's pragma: `http`, `scheduled`, `tables-streams`, `customLambdas`, ... */
  readonly pragma: string
  /** Inventory's name: `any /api/streams/:workspaceId` or `compact`. */
  readonly name: string
  readonly image: string
}

/** What installs the packages of an image. */
export type PackageManager = 'npm' | 'pnpm'

/** How an image is defined in `docker/<image>/`. */
export type ImageDefinition =
  | {
      readonly kind: 'package'
      /** Absolute path of `docker/<image>/`. */
      readonly directory: string
      readonly packageManager: PackageManager
      /** Absolute path; absent when none is there yet. */
      readonly lockfile?: string
    }
  | DockerfileDefinition

/** An image that Docker's buildx builds. */
export interface DockerfileDefinition {
  readonly kind: 'dockerfile'
  /** Absolute path of `docker/<image>/`. */
  readonly directory: string
  /** Absolute path of the Dockerfile. */
  readonly dockerfile: string
  /** Absolute path of the folder that the build sees. */
  readonly context: string
  /** Absolute path of the app: settings name files from here. */
  readonly appDirectory: string
  /** The folder has what the embedded builder needs, too. */
  readonly embeddable: boolean
  readonly settings: DockerfileSettings
}

/** A function that goes into an image, joined from the template and inventory. */
export interface ImageFunction {
  /** Its key in the template's `Resources`. */
  readonly logicalId: string
  readonly pragma: string
  readonly name: string
  /** Its place under `/var/task`: `http/any-api-streams-000workspaceId`, posix, unique. */
  readonly folder: string
  /** Absolute path of its source folder (inventory `src`, never a build folder). */
  readonly sourceDirectory: string
  /**
   * Absolute path of what `Properties.CodeUri` names, which a zip would hold, where another program
   * made it out of the sources; absent: the source folder.
   */
  readonly codeDirectory?: string
  /** Absolute path of the file that holds the handler. */
  readonly entryFile: string
  /** The export that Lambda calls: `handler`, or `api.handler` for a nested one. */
  readonly handlerExport: string
  /** `ImageConfig.Command`: `http/any-api-streams-000workspaceId/index.handler`. */
  readonly command: string
  /** `Properties.Environment.Variables` of the template; values may be intrinsics. */
  readonly environment: Readonly<Record<string, unknown>>
  /** `MemorySize` in MiB; absent: not known before the deploy. */
  readonly memory?: number
  /** `Timeout` in seconds; absent: not known before the deploy. */
  readonly timeout?: number
  /** The template has SnapStart for it; absent: it has not. */
  readonly snapStart?: boolean
  /** Who set a variable, a clause each: `set by 'arc env'`; for messages. */
  readonly setBy?: Readonly<Record<string, string>>
}

/** What Lambda is to run in an image. */
export type Language = 'node' | 'python'

/** One image to be made: functions of one image name, architecture and runtime. */
export interface PlannedImage {
  readonly name: string
  readonly architecture: LambdaArchitecture
  /** Absent: `node`. Only a Dockerfile carries another one. */
  readonly language?: Language
  /** Node's major version, as of `nodejs24.x`; 0 for another language. */
  readonly nodeVersion: number
  /** Reference of the base image: the image's setting, or AWS's Node image of the runtime. */
  readonly base: string
  readonly definition: ImageDefinition
  readonly settings: ImageSettings
  /** ARNs of layer versions whose content goes into `/opt`, in Lambda's order; absent: none. */
  readonly layers?: readonly string[]
  readonly functions: readonly ImageFunction[]
}
