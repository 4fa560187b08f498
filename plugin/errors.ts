/**
 * Every error a user can meet, one line each: what went wrong, in general terms.
 * `docs/errors.md` explains each one; a test keeps the two complete in both directions.
 */
export const errorCodes = {
  APP_UNREADABLE: 'Architect cannot read the app.',
  ARCHITECT_MISSING: 'No Architect that could read the app was found.',
  AWS_CREDENTIALS_MISSING: 'No AWS credentials were found where Architect looks for them.',
  AWS_CREDENTIALS_REFUSED: 'AWS did not accept the credentials.',
  AWS_DENIED: 'The deploying role may not do something that is needed.',
  AWS_FAILED: 'A call of AWS failed, or its answer could not be used.',
  AWS_REGION_MISSING: 'No AWS region is known, or it is not one.',
  BASE_MISSING: 'A base image is not in its registry.',
  BASE_PLATFORM_MISSING: "A base image does not exist for the function's platform.",
  BASE_UNFIT: "A base image's layers are not as its functions or Lambda need them.",
  BOUNDARY_MISSING: 'The roles of a deployed stack do not have the permissions boundary yet.',
  BOUNDARY_UNFIT: 'A permissions boundary that cannot be given to a role, or cannot be read.',
  BUILDX_BUILDER_MISSING: "'docker buildx' knows no builder of the name that is asked for.",
  BUILDX_MISSING: 'The Docker that is installed has no buildx, or one that is too old.',
  BUILDX_PLATFORM_UNSUPPORTED: "Docker's builder cannot run programs of the function's platform.",
  BUILD_ARG_LOOKS_SECRET: "A build argument has a name like a secret's.",
  BUILD_CONTEXT_MISSING: 'The folder that context names is not there.',
  BUILD_FAILED: "'docker buildx build' failed for a reason the plugin does not recognise.",
  BUILD_STEP_FAILED: 'A step of a Dockerfile failed.',
  BUILD_VALUE_MISSING: 'A build argument, secret or file that a build needs has no value here.',
  BUNDLED_PACKAGE_UNFIT: 'A package in a bundle needs more than its code.',
  BUNDLE_FAILED: 'esbuild could not bundle the functions of an image.',
  CACHE_UNSAFE: 'The folder for layers and installed packages can be changed by other users.',
  CACHE_UNWRITABLE: 'The folder for layers and installed packages cannot be written.',
  COMMAND_INVALID: 'A command of arc-images cannot be read.',
  DEFINE_LOOKS_SECRET: "A variable under define has a name like a secret's.",
  DEFINE_VALUE_MISSING: 'A variable named by define has no value that is known at deploy time.',
  DEPENDENCIES_INSTALL_FAILED: 'npm or pnpm could not install the packages of an image.',
  DEPENDENCIES_INVALID: 'Files beside docker/<image>/package.json cannot be used.',
  DEPENDENCIES_NOT_PROVEN: 'A tag holds other packages than docker/<image>/ names.',
  DEPENDENCIES_TOOL_MISSING:
    'No npm or pnpm that can install for another platform could be started.',
  DEPENDENCIES_UNFIT: 'Installed packages cannot run on the platform of the function.',
  DIGEST_INVALID: 'A digest is not sha256 in lower-case hex.',
  DOCKERFILE_INVALID: 'A Dockerfile cannot be read, or cannot make an image for Lambda.',
  DOCKER_CONFIG_INVALID: "Docker's own config.json cannot be read.",
  DOCKER_DISK_FULL: "The disk of Docker's builder is full.",
  DOCKER_MISSING: "There is no program 'docker'.",
  DOCKER_NOT_RUNNING: "Docker's daemon does not answer, or not to this user.",
  ENVIRONMENT_FILE_MISSING:
    'The environment of a function loads a file that its image does not have.',
  ENVIRONMENT_REFUSED: 'A flagged function has a variable that Lambda refuses.',
  ESBUILD_CONFIG_INVALID: 'The file of @typescript esbuild-config cannot be used.',
  EXTERNAL_ESM_ONLY: 'A package outside of the bundle can only be loaded as an ES module.',
  FILES_UNFIT: 'Files that are to be packed cannot be, or should not.',
  FILE_CHANGED: 'A file changed while a deploy was reading it.',
  FILE_SYSTEM_FAILED: 'The operating system refused to read or write a file.',
  FUNCTION_ARCHITECTURE_UNKNOWN:
    'The architecture of a flagged function is not known before the deploy.',
  FUNCTION_BACK_TO_ZIP: 'A function that runs an image now would be deployed as a zip.',
  FUNCTION_HANDLER_MISSING: 'No file for the handler of a flagged function.',
  FUNCTION_NOT_DEPLOYED: 'A function, or its stack, is not deployed.',
  FUNCTION_NOT_IN_TEMPLATE: 'The template has no function, or several, for a flagged one.',
  FUNCTION_NOT_OWN: 'A flagged function is one that Architect adds by itself.',
  FUNCTION_NOT_UPDATED: 'Lambda did not take the new image of a function.',
  FUNCTION_PROPERTY_REFUSED:
    'A flagged function has something that Lambda refuses beside an image.',
  FUNCTION_RUNTIME_UNFIT: 'A flagged function whose runtime the embedded builder cannot carry.',
  FUNCTION_TWICE: 'A function is flagged more than once.',
  GITHUB_FAILED: 'A call of GitHub failed.',
  GLOBALS_UNFIT: 'Globals of the template that image functions cannot have.',
  HANDLER_CALLBACK: 'A handler takes a callback, which Lambda refuses from Node 24 on.',
  HANDLER_MISSING: 'A bundle does not export the function that Lambda calls.',
  HYDRATE_FAILED: "The packages of a flagged function's own folder could not be installed.",
  IMAGE_ARCHIVED: 'An image that the deploy needs is archived, and cannot be made again.',
  IMAGE_ENTRY_POINT_MISSING: 'The image does not say what to start.',
  IMAGE_ENTRY_POINT_UNFIT: 'What the image names as its entry point cannot be started.',
  IMAGE_FOLDER_MISSING: 'docker/<image>/ is missing or defines no image.',
  IMAGE_HANDLER_MISSING: 'The image lacks the code of one of its functions.',
  IMAGE_IS_INDEX: 'An index instead of a single image, which Lambda refuses.',
  IMAGE_LAYERS_UNFIT: 'The layers of an image are not those that it says it has.',
  IMAGE_LOCKFILE_UNFIT: 'docker/<image>/ has no lockfile of npm or pnpm but others, or several.',
  IMAGE_MEDIA_TYPE_UNSUPPORTED:
    'Media types that Lambda refuses, or two families of them in one image.',
  IMAGE_NAME_INVALID: "A name that cannot be an image's.",
  IMAGE_NOT_PROVEN: 'An image under its tag is not what the deploy would build.',
  IMAGE_PLATFORM_WRONG: 'The image is for another platform than its functions.',
  IMAGE_SNAPSTART_UNMARKED: 'A function has SnapStart, and its image lacks the label for it.',
  IMAGE_TAGS_FULL: 'An image has as many tags as ECR allows.',
  IMAGE_TOO_LARGE: 'The image is larger than Lambda allows.',
  IMAGE_UNUSED: 'Settings for an image that no function uses.',
  IMAGE_VANISHED: 'An image that was pushed is no longer in the repository.',
  INCLUDE_INVALID: 'A pattern of include matches nothing, or what an image cannot hold.',
  INSTALL_SCRIPT_NEEDED: 'An install script, none of which runs, would make what a package needs.',
  INVOKE_IMPOSSIBLE: 'A function cannot be run on this machine.',
  LAMBDA_LAYER_INVALID: 'The content of a Lambda layer cannot be read.',
  LAYER_DAMAGED: 'A layer in the cache was damaged and has been discarded.',
  LAYER_PATH_INVALID: 'A path cannot be used in a layer.',
  MANIFEST_INVALID: 'A manifest or config in a registry is not as the OCI specification has it.',
  MODULE_MISSING: 'Code of an image loads a module that the image does not have.',
  MODULE_UNLOADABLE: 'Code of an image loads a module in a way that Lambda does not allow.',
  NODE_TOO_OLD: 'This Node is older than the plugin can run on.',
  PLUGIN_NOT_LISTED: '@container-images is written, but @plugins does not name this plugin.',
  PRAGMA_FUNCTION_UNKNOWN: 'A flagged function that the app does not declare.',
  PRAGMA_LINE_INVALID:
    'A line of @container-images that is not METHOD PATH IMAGE or PRAGMA NAME IMAGE.',
  PRAGMA_MISSPELT: "A pragma of app.arc that is almost one of this plugin's.",
  PYTHON_INVALID: 'Python cannot read the file of a function.',
  REFERENCE_INVALID: 'An image reference cannot be read.',
  REGISTRY_BLOB_LOST: 'A registry lacks a part of an image whose manifest it has.',
  REGISTRY_CONTENT_INVALID: "A registry's bytes are not those that were asked for.",
  REGISTRY_DENIED: 'A registry refuses the credentials.',
  REGISTRY_FAILED: 'A registry answered with an error.',
  REGISTRY_HOST_MAP_INVALID: 'ARC_CONTAINER_IMAGES_REGISTRIES cannot be read.',
  REGISTRY_INSECURE: 'A registry would be spoken to without TLS.',
  REGISTRY_REPOSITORY_MISSING: 'A repository does not exist in its registry.',
  REGISTRY_UNREACHABLE: 'A registry does not answer, or stopped in the middle.',
  REPOSITORY_UNFIT: 'A repository that is managed elsewhere is not fit for a deploy.',
  RETENTION_POLICY_FULL: "ECR has no room for our rules in a repository's lifecycle policy.",
  RETENTION_POLICY_INVALID: "A repository's lifecycle or access policy cannot be read.",
  RETENTION_RULE_CLASH: "Another rule of a repository's lifecycle policy cannot stand beside ours.",
  REWRITE_UNDONE: 'A later plugin changed a function that had been put into an image.',
  ROLLBACK_FAILED: 'CloudFormation did not complete a rollback of functions.',
  ROLLBACK_REFUSED: 'Functions cannot go back to the image that was asked for.',
  SETTING_MISPLACED: 'A setting of @images in the wrong place.',
  SETTING_TWICE: 'A setting of @images that is written more than once.',
  SETTING_UNKNOWN: 'Unknown setting in @images.',
  SETTING_VALUE_INVALID: 'A value that a setting of @images cannot have.',
  SETUP_INVALID: 'Several mistakes in app.arc or docker/.',
  SEVERAL_FAILED: 'Several images failed, each with an error of its own.',
  STACK_BUSY: 'A stack did not come to rest in time.',
  STACK_MISSING: 'There is no stack of that name.',
  STACK_NOT_BOUND: 'The roles of a stack could not be given the permissions boundary.',
  STACK_NOT_DELETED: 'CloudFormation could not delete a stack.',
  STACK_NOT_UPDATABLE: 'The stack is in a state in which CloudFormation refuses any update.',
  START_IMPOSSIBLE: 'A function cannot be started here, and its image asks for it.',
  START_REFUSED: 'A function does not start as Lambda would start it.',
  SYNC_MORE_THAN_CODE: 'More than code has changed, which only a deploy brings.',
  SYNC_PRODUCTION: "A sync's stack is production.",
  SYNC_STACK_UNFIT: "A sync's stack is not there, or not at rest.",
  TAG_TAKEN: 'A tag that cannot move names another image already.',
  TEMPLATE_INVALID: 'The CloudFormation template is not one.',
  TEMPLATE_TOO_LONG: 'A template is too long for a request, and names no bucket.',
  TEMPLATE_UNCERTAIN: 'CloudFormation does not give out a template as it was deployed.',
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

/** Whether an error is, or comes from, one of ours with this code. */
export function isCaused(error: unknown, code: ErrorCode): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ContainerImageError && cause.code === code) return true
  }
  return false
}

/** One mistake of the user's; collected, so that all are named at once. */
export interface Problem {
  readonly code: ErrorCode
  readonly message: string
}
