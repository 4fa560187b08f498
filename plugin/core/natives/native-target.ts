import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { LockedPackage, LockedPlatform } from './locked-packages.ts'

/** Why a package is not in the layer, or only in part. */
export const leftOutReasons = [
  'omitted',
  'only needed by packages left out',
  'files for other platforms',
  'optional and not built for this platform',
] as const

/** A package that is not in the layer, or only in part. */
export interface LeftOut {
  readonly package: string
  readonly reason: (typeof leftOutReasons)[number]
  /** Absent where it was not even fetched. */
  readonly bytes?: number
}

/** For what an install is judged. */
export interface NativeTarget {
  readonly image: string
  readonly architecture: LambdaArchitecture
  /** Major version. */
  readonly node: number
  readonly omit: readonly string[]
  readonly locked: readonly LockedPlatform[]
  /** What `omit` leaves out as the lockfile tells; such packages may be in the tree or not. */
  readonly passedOver?: readonly LockedPackage[]
}
