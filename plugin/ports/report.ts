import type { SizedPart } from '../core/contents/image-sizes.ts'
import type { LiveFunction } from '../core/template/live-functions.ts'
import type { DiagnosePorts } from './diagnose.ts'

/** What `report` asks of the outside. */
export interface ReportPorts extends DiagnosePorts {
  /** The text that the deploy left; empty when it left none. */
  readonly readDeployReport: () => Promise<string>
  /** The functions of a stack's deployed template; `undefined` when it cannot be read. */
  readonly liveFunctions: (
    stackName: string,
  ) => Promise<ReadonlyMap<string, LiveFunction> | undefined>
  /** Compressed bytes as ECR counts them; `undefined` when the image is not there. */
  readonly imageSize: (imageUri: string) => Promise<number | undefined>
  /** What an image holds, unpacked; `undefined` when it is not there, or not for this role to read. */
  readonly servedParts: (imageUri: string) => Promise<readonly SizedPart[] | undefined>
  readonly now: () => number
  /** Gives the workflow's step an output, where there is one. */
  readonly setStepOutput: (name: string, value: string) => Promise<void>
  /** Puts a comment into the pull request in place of the one with that marker. */
  readonly putComment: (pullRequest: number, marker: string, markdown: string) => Promise<void>
}
