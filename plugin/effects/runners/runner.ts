import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { OciConfig } from '../../oci/config.ts'
import type { ImageLayer } from '../image/image-layers.ts'
import type { Supervised } from '../runtime/supervision.ts'

/** An image whose functions are to be started. */
export interface ImageToStart {
  /** The lowest first. */
  readonly layers: readonly ImageLayer[]
  /** Sizes of the groups of layers that others share, from the lowest up. */
  readonly groups: readonly number[]
  readonly config: OciConfig
  readonly architecture: LambdaArchitecture
}

/** A function of the image, as `ImageConfig` and the template have it. */
export interface FunctionToStart {
  /** Entry point and command. */
  readonly argv: readonly string[]
  readonly workingDirectory: string
  readonly environment: Readonly<Record<string, string>>
  /** Absent: it reaches nothing. */
  readonly openNetwork?: boolean
}

/** An image that is ready to be started, as often as wanted. */
export interface PreparedImage {
  start(lambda: FunctionToStart): Supervised
  /** Leaves nothing but what the cache keeps. */
  close(): Promise<void>
}

/** A way to start functions as Lambda does; it serves them the Runtime API. */
export interface Runner {
  readonly name: 'namespaces' | 'docker'
  /** Fetches and lays out what is needed; nothing where it is known already. */
  prepare(image: ImageToStart): Promise<PreparedImage>
}
