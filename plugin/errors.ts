/**
 * Every error a user can meet, one line each: what went wrong, in general terms.
 * `docs/errors.md` explains each one; a test keeps the two complete in both directions.
 */
export const errorCodes = {
  AWS_CREDENTIALS_MISSING: 'No AWS credentials were found where Architect looks for them.',
  AWS_CREDENTIALS_REFUSED: 'AWS did not accept the credentials.',
  AWS_DENIED: 'The deploying role may not do something that is needed.',
  AWS_FAILED: 'A call of AWS failed, or its answer could not be used.',
  AWS_REGION_MISSING: 'No AWS region is known, or it is not one.',
  BASE_MISSING: 'A base image is not in its registry.',
  BASE_PLATFORM_MISSING: "A base image does not exist for the function's platform.",
  BUNDLE_FAILED: 'esbuild could not bundle the functions of an image.',
  DEFINE_VALUE_MISSING: 'A variable named by define has no value that is known at deploy time.',
  DEPENDENCIES_INSTALL_FAILED: 'npm or pnpm could not install the packages of an image.',
  DEPENDENCIES_INVALID: 'Files beside docker/<image>/package.json cannot be used.',
  DEPENDENCIES_TOOL_MISSING:
    'No npm or pnpm that can install for another platform could be started.',
  DEPENDENCIES_UNFIT: 'Installed packages cannot run on the platform of the function.',
  DIGEST_INVALID: 'A digest is not sha256 in lower-case hex.',
  ESBUILD_CONFIG_INVALID: 'The file of @typescript esbuild-config cannot be used.',
  EXTERNAL_ESM_ONLY: 'A package outside of the bundle can only be loaded as an ES module.',
  HANDLER_MISSING: 'A bundle does not export the function that Lambda calls.',
  HYDRATE_FAILED: "The packages of a flagged function's own folder could not be installed.",
  IMAGE_TOO_LARGE: 'The image is larger than Lambda allows.',
  INCLUDE_INVALID: 'A pattern of include matches nothing, or what an image cannot hold.',
  LAYER_DAMAGED: 'A layer in the cache was damaged and has been discarded.',
  LAYER_FILE_CHANGED: 'A file changed while it was being written into a layer.',
  LAYER_PATH_INVALID: 'A path cannot stand in a layer.',
  MANIFEST_INVALID: 'A manifest or config in a registry is not as the OCI specification has it.',
  REFERENCE_INVALID: 'An image reference cannot be read.',
  REGISTRY_CONTENT_INVALID: "A registry's bytes are not those that were asked for.",
  REGISTRY_DENIED: 'A registry refuses the credentials.',
  REGISTRY_FAILED: 'A registry answered with an error.',
  REGISTRY_HOST_MAP_INVALID: 'ARC_CONTAINER_IMAGES_REGISTRIES cannot be read.',
  REGISTRY_INSECURE: 'A registry would be spoken to without TLS.',
  REGISTRY_REPOSITORY_MISSING: 'A repository does not exist in its registry.',
  REGISTRY_UNREACHABLE: 'A registry does not answer, or stopped in the middle.',
  SETUP_INVALID: 'One or several mistakes in app.arc or docker/.',
  SEVERAL_FAILED: 'Several images failed, each with an error of its own.',
  TAG_TAKEN: 'A tag that cannot move names another image already.',
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
