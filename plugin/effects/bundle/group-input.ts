import type { BuildOptions } from 'esbuild'

import type { PlannedImage } from '../../core/model.ts'
import type { SharedFolders } from '../functions/module-places.ts'
import type { Group } from './bundle-groups.ts'

/** What the bundles of a group of functions are made from. */
export interface GroupInput {
  readonly group: Group
  readonly image: PlannedImage
  /** Without links. */
  readonly appDirectory: string
  /** Packages that the image has. */
  readonly installed: readonly string[]
  readonly options: {
    readonly folders?: SharedFolders
    /** The user's own esbuild options, see `readEsbuildConfig`. */
    readonly esbuildConfig?: BuildOptions
    /** Where bundles are kept and found again; absent: each is made anew, in memory. */
    readonly cacheDirectory?: string
  }
}
