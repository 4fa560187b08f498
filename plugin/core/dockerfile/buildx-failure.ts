import { ContainerImageError, type ErrorCode } from '../../errors.ts'

/** A build that did not succeed. */
export interface BuildxFailure {
  readonly image: string
  readonly platform: string
  /** What docker printed, oldest line first. */
  readonly output: string
  /** How it ended, for when it printed nothing. */
  readonly ended: string
  /** docker could not be started at all. */
  readonly notStarted: boolean
  /** The embedded builder could make the image as well. */
  readonly embeddable: boolean
  /** Host and name of the repository that was pushed to. */
  readonly repository: string
  /** It has refused the manifest, and has one under the tag. */
  readonly tagIsThere: boolean
}

interface Cause {
  readonly code: ErrorCode
  readonly pattern: RegExp
  /** What is wrong and what to do; printed lines are shown beside it. */
  readonly say: (failure: BuildxFailure, found: string) => string
  /** The same machine could make the image without Docker. */
  readonly docker?: true
  /** What else has to be so. */
  readonly when?: (failure: BuildxFailure) => boolean
}

/** BuildKit prints the status and not the registry's words, of which 409 and 412 are others' than ECR's. */
const refusedManifest =
  /failed commit on ref "manifest-sha256:\w+": unexpected status[^\n]*: (?:400|409|412)\b/

/** Whether the registry has refused a manifest for a reason that only it knows. */
export function refusesManifest(output: string): boolean {
  return refusedManifest.test(output)
}

const sayTaken: Cause['say'] = ({ repository }) =>
  `another deploy has pushed this tag to ${repository} meanwhile.`

/** The first that fits counts. */
const causes: readonly Cause[] = [
  {
    code: 'DOCKER_NOT_RUNNING',
    pattern:
      /Cannot connect to the Docker daemon|Is the docker daemon running|error during connect|failed to connect to the docker API|permission denied while trying to connect to the Docker daemon|docker daemon is not running/i,
    say: (_, found) =>
      found.startsWith('permission')
        ? "this user may not use Docker's daemon. Add it to the group 'docker', or use rootless Docker."
        : "Docker's daemon does not answer. Start Docker, or name another one by DOCKER_HOST or 'docker context use'.",
    docker: true,
  },
  {
    code: 'BUILDX_MISSING',
    pattern:
      /'buildx' is not a docker command|unknown command: docker buildx|unknown (?:flag: --(?:platform|builder|provenance|sbom|metadata-file|build-context|push)|shorthand flag)/,
    say: () =>
      "this docker has no buildx that can do it (0.10 or newer). Install the package 'docker-buildx-plugin' or 'docker-buildx', or the release from github.com/docker/buildx in ~/.docker/cli-plugins.",
    docker: true,
  },
  {
    code: 'BUILDX_BUILDER_MISSING',
    pattern: /no builder "?([^"\s]+)"? found|failed to find (?:builder|instance) "?([^"\s]+)/,
    say: () =>
      "docker knows no such builder. Make it with 'docker buildx create --name NAME', or correct 'buildx-builder' ('docker buildx ls' lists them).",
    docker: true,
  },
  {
    code: 'BUILDX_BUILDER_MISSING',
    pattern: /use `docker --context=\S+ buildx` to switch to context/,
    say: () =>
      "what 'buildx-builder' names is a docker context, and no builder of its own. Remove the setting and deploy with DOCKER_CONTEXT=NAME, or make a builder there with 'docker buildx create --name BUILDER NAME'.",
    docker: true,
  },
  {
    code: 'BUILDX_PLATFORM_UNSUPPORTED',
    pattern:
      /exec format error|exec user process caused|no (?:builder|node|worker)s? (?:available |found )?for platform|multiple platforms feature is currently not supported|(?:does not|doesn't) support (?:the )?platform/i,
    say: ({ platform }) =>
      `this builder cannot run programs of ${platform}. Install emulation ('docker run --privileged --rm tonistiigi/binfmt --install all', or the package qemu-user-static), name a builder on such a machine by 'buildx-builder', or run what can be on the building machine's platform ('FROM --platform=$BUILDPLATFORM').`,
    docker: true,
  },
  {
    code: 'BUILD_FAILED',
    pattern:
      /OCI exporter (?:feature )?is (?:currently )?not supported for (?:the )?docker driver/i,
    say: () =>
      "this builder only pushes, and cannot hand an image over. Turn on Docker's containerd image store, or make a builder with 'docker buildx create --driver docker-container --name NAME' and name it by 'buildx-builder' or BUILDX_BUILDER.",
    docker: true,
  },
  {
    code: 'DOCKER_DISK_FULL',
    pattern: /no space left on device|disk quota exceeded/i,
    say: () =>
      "the disk of Docker's builder is full. Free it with 'docker buildx prune' and 'docker system prune', or give it more room.",
    docker: true,
  },
  {
    code: 'TAG_TAKEN',
    pattern:
      /tag[^\n]*already exists[^\n]*immutable|cannot be overwritten because[^\n]*immutable|TAG_INVALID|ImageTagAlreadyExists/i,
    say: sayTaken,
  },
  {
    code: 'TAG_TAKEN',
    pattern: refusedManifest,
    say: sayTaken,
    when: ({ tagIsThere }) => tagIsThere,
  },
  {
    code: 'BUILD_STEP_FAILED',
    pattern: /did not complete successfully: (?:exit code: \d+|[^\n]+)/,
    say: () =>
      "a step of the Dockerfile failed. Correct it; 'docker buildx build' in the image's folder repeats it.",
  },
  {
    code: 'REGISTRY_DENIED',
    pattern:
      /failed to (?:push|authorize|fetch (?:anonymous|oauth) token)[^\n]*(?:401|403|denied|unauthorized|authorization failed|no basic auth)|unexpected status[^\n]*40[13]/i,
    say: ({ repository }) =>
      `a registry refused. For ${repository} the deploying role needs ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchCheckLayerAvailability; for the registry of a base, 'docker login' there first.`,
  },
  {
    code: 'BASE_PLATFORM_MISSING',
    pattern: /no match for platform in manifest[^\n]*|no matching manifest for [^\n]*/,
    say: ({ platform }) =>
      `an image that the Dockerfile starts from does not exist for ${platform}. Choose another base or tag.`,
  },
  {
    code: 'BASE_MISSING',
    pattern:
      /failed to (?:resolve source metadata for|do request)[^\n]*|pull access denied[^\n]*|manifest unknown|repository does not exist/,
    say: () =>
      "Docker cannot get an image that the Dockerfile starts from. Check its name and tag, 'docker login' for its registry, and the network.",
  },
]

/** What went wrong in words of the user's, with the failing step and the last lines that it printed. */
export function explainBuildx(failure: BuildxFailure): ContainerImageError {
  const { image, output, notStarted, embeddable, ended } = failure
  const embedded = embeddable
    ? ` Without Docker: write 'builder embedded' under '${image}' in @images.`
    : ''
  if (notStarted) {
    return new ContainerImageError(
      'DOCKER_MISSING',
      `Image '${image}' is built from a Dockerfile, and there is no program 'docker' on PATH. Install Docker with buildx.${embedded}`,
    )
  }
  const shown = block(output)
  const lines = (shown.length > 0 ? shown : [ended]).map((line) => `  ${line}`)
  for (const { code, pattern, say, docker, when } of causes) {
    const found = pattern.exec(output)?.[0]
    if (found === undefined || when?.(failure) === false) continue
    const head = `Image '${image}' could not be built: ${say(failure, found)}${docker === true ? embedded : ''}`
    return new ContainerImageError(code, [head, ...lines].join('\n'))
  }
  const head = `'docker buildx build' failed for image '${image}':`
  const cure = `Its own words tell why; 'docker buildx build' in docker/${image} repeats it.`
  return new ContainerImageError('BUILD_FAILED', [head, ...lines, cure].join('\n'))
}

/** BuildKit's own summary, from the failing step to the end; else the last lines. */
function block(output: string): readonly string[] {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '')
  const from = lines.findLastIndex(
    (line, at) => line === '------' && lines[at + 1]?.startsWith(' > ') === true,
  )
  const summary = from === -1 ? lines.filter((line) => !/^#\d+ /.test(line)) : lines.slice(from + 1)
  return (summary.length > 0 ? summary : lines)
    .filter((line) => !/^-+$/.test(line) && !line.startsWith('View build details'))
    .slice(-40)
}
