import type { ImageFunction, PlannedImage } from '../../core/model.ts'

export interface FunctionFilesInput {
  readonly image: PlannedImage
  readonly target: ImageFunction
  /** The folder of app.arc, without links. */
  readonly appDirectory: string
  /** Packages that the image has under /var/task/node_modules. */
  readonly installed: readonly string[]
  /** Modules that esbuild took in, by their path in the function's zip; absolute, without links. */
  readonly bundled: ReadonlyMap<string, string>
  /** What files of code say of themselves; many functions have the same. */
  readonly look: (file: string) => CodeTraits
}

/** What a text says of the files that its module needs. */
export interface CodeTraits {
  readonly loadsFiles: boolean
  readonly looksAround: boolean
}
