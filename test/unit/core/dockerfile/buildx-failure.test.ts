import t from 'tap'

import { explainBuildx } from '../../../../plugin/core/dockerfile/buildx-failure.ts'

function explain(output: string, more = {}) {
  return explainBuildx({
    image: 'img',
    platform: 'linux/arm64',
    output,
    ended: 'exit code 1',
    notStarted: false,
    embeddable: true,
    repository: 'registry.example/app',
    tagIsThere: false,
    ...more,
  })
}

/** Lines as docker 26.1.5 with buildx 0.13.1 prints them, unless a remark says otherwise. */
const failingRun = `#6 [2/3] RUN npm ci
#6 1.234 npm error code EUSAGE
#6 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1
------
 > [2/3] RUN npm ci:
1.234 npm error code EUSAGE
------
Dockerfile:2
--------------------
   1 |     FROM a
   2 | >>> RUN npm ci
--------------------
ERROR: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1
`

t.test('a builder that only pushes', (t) => {
  const output = [
    'ERROR: OCI exporter is not supported for the docker driver.',
    'Switch to a different driver, or turn on the containerd image store, and try again.',
  ].join('\n')
  const { code, message } = explain(output)
  t.equal(code, 'BUILD_FAILED')
  t.match(message, /this builder only pushes.*Turn on Docker's containerd image store/)
  t.end()
})

t.test('a failing step is shown with its last lines and its place', (t) => {
  const error = explain(failingRun)
  t.equal(error.code, 'BUILD_STEP_FAILED')
  t.equal(
    error.message,
    [
      "Image 'img' could not be built: a step of the Dockerfile failed. Correct it; 'docker buildx build' in the image's folder repeats it.",
      '   > [2/3] RUN npm ci:',
      '  1.234 npm error code EUSAGE',
      '  Dockerfile:2',
      '     1 |     FROM a',
      '     2 | >>> RUN npm ci',
      '  ERROR: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
    ].join('\n'),
  )
  t.end()
})

const embedded = "Without Docker: write 'builder embedded' under 'img' in @images."

const cases: Readonly<Record<string, readonly [output: string, code: string, says: string]>> = {
  'no daemon': [
    'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'DOCKER_NOT_RUNNING',
    `Docker's daemon does not answer. Start Docker, or name another one by DOCKER_HOST or 'docker context use'. ${embedded}`,
  ],
  'no right to the daemon': [
    'ERROR: permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
    'DOCKER_NOT_RUNNING',
    `this user may not use Docker's daemon. Add it to the group 'docker', or use rootless Docker. ${embedded}`,
  ],
  'no buildx': [
    "unknown flag: --platform\nSee 'docker --help'.",
    'BUILDX_MISSING',
    'this docker has no buildx that can do it (0.10 or newer).',
  ],
  'no such builder': [
    'ERROR: no builder "farm" found',
    'BUILDX_BUILDER_MISSING',
    'docker knows no such builder.',
  ],
  'a docker context instead of a builder': [
    'ERROR: use `docker --context=mill buildx` to switch to context "mill"',
    'BUILDX_BUILDER_MISSING',
    "what 'buildx-builder' names is a docker context, and no builder of its own.",
  ],
  'no emulation': [
    failingRun.replace('npm error code EUSAGE', 'exec /bin/sh: exec format error'),
    'BUILDX_PLATFORM_UNSUPPORTED',
    'this builder cannot run programs of linux/arm64.',
  ],
  'a full disk': [
    'ERROR: failed to solve: write /var/lib/docker/x: no space left on device',
    'DOCKER_DISK_FULL',
    "the disk of Docker's builder is full.",
  ],
  'an immutable tag, in the words of ECR': [
    "ERROR: failed to solve: failed to push registry.example/app:x: unknown: The image tag 'x' already exists in the 'app' repository and cannot be overwritten because the repository is immutable.",
    'TAG_TAKEN',
    'another deploy has pushed this tag to registry.example/app meanwhile.',
  ],
  'a refused push': [
    'ERROR: failed to solve: failed to push registry.example/app:x: unexpected status from POST request: 403 Forbidden',
    'REGISTRY_DENIED',
    'a registry refused. For registry.example/app the deploying role needs ecr:InitiateLayerUpload',
  ],
  'no base': [
    'ERROR: failed to solve: registry.example/none:1: failed to resolve source metadata for registry.example/none:1: registry.example/none:1: not found',
    'BASE_MISSING',
    'Docker cannot get an image that the Dockerfile starts from.',
  ],
  'no base of the platform': [
    'ERROR: failed to solve: a:1: no match for platform in manifest sha256:1: not found',
    'BASE_PLATFORM_MISSING',
    'an image that the Dockerfile starts from does not exist for linux/arm64.',
  ],
}

for (const [name, [output, code, says]] of Object.entries(cases)) {
  t.test(name, (t) => {
    const error = explain(output)
    t.equal(error.code, code)
    t.ok(error.message.startsWith(`Image 'img' could not be built: ${says}`), error.message)
    const [last = ''] = output.trim().split('\n').slice(-1)
    t.ok(error.message.endsWith(`\n  ${last}`), 'what docker said stands below')
    t.end()
  })
}

t.test('without docker, the embedded builder is named where the folder allows it', (t) => {
  const missing = { notStarted: true }
  t.match(explain('', missing), { code: 'DOCKER_MISSING', message: embedded })
  t.notMatch(explain('', { ...missing, embeddable: false }).message, /embedded/)
  t.end()
})

t.test('what is not told apart is shown as it came', (t) => {
  const error = explain('ERROR: something new')
  t.equal(error.code, 'BUILD_FAILED')
  t.equal(
    error.message,
    [
      "'docker buildx build' failed for image 'img':",
      '  ERROR: something new',
      "Its own words tell why; 'docker buildx build' in docker/img repeats it.",
    ].join('\n'),
  )
  t.match(explain('').message, /^ {2}exit code 1$/m)
  t.equal(explain('x\n'.repeat(500)).message.split('\n').length, 42)
  t.end()
})
