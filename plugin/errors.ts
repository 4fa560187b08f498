/**
 * Every error a user can meet, one line each: what went wrong, in general terms.
 * `docs/errors.md` explains each one; a test keeps the two complete in both directions.
 */
export const errorCodes = {
  DEPENDENCIES_INSTALL_FAILED: 'npm or pnpm could not install the packages of an image.',
  DEPENDENCIES_INVALID: 'Files beside docker/<image>/package.json cannot be used.',
  DEPENDENCIES_TOOL_MISSING: 'No npm or pnpm that can install for another platform could be started.',
  DEPENDENCIES_UNFIT: 'Installed packages cannot run on the platform of the function.',
  DIGEST_INVALID: 'A digest is not sha256 in lower-case hex.',
  IMAGE_TOO_LARGE: 'The image is larger than Lambda allows.',
  LAYER_DAMAGED: 'A layer in the cache was damaged and has been discarded.',
  LAYER_FILE_CHANGED: 'A file changed while it was being written into a layer.',
  LAYER_PATH_INVALID: 'A path cannot stand in a layer.',
  SEVERAL_FAILED: 'Several images failed, each with an error of its own.',
  SETUP_INVALID: 'One or several mistakes in app.arc or docker/.',
} as const

export type ErrorCode = keyof typeof errorCodes

/** The one error of this plugin: `message` says what failed, what was seen and what to do. */
export class ContainerImageError extends Error {
  override readonly name = 'ContainerImageError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** One mistake of the user's; collected, so that all are named at once. */
export interface Problem {
  readonly code: ErrorCode
  readonly message: string
}
