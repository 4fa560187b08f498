import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { ErrorCode } from '../../../plugin/errors.ts'
import { digestOf } from '../../../plugin/oci/digest.ts'
import { dockerStandIn } from '../../stand-in/docker/run.ts'
import type { FaultEnd, FaultGroup, FaultRow } from './fault-row.ts'
import { pathWithout } from './path-without.ts'

/** What docker prints when it ends with 1, to what is made of it. */
const words: Readonly<Record<string, readonly [output: string, ErrorCode, RegExp]>> = {
  'no daemon': [
    'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'DOCKER_NOT_RUNNING',
    /Start Docker, or name another one by DOCKER_HOST/,
  ],
  'no right to the daemon': [
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
    'DOCKER_NOT_RUNNING',
    /Add it to the group 'docker'/,
  ],
  'no buildx': [
    "docker: 'buildx' is not a docker command.",
    'BUILDX_MISSING',
    /Install the package 'docker-buildx-plugin'/,
  ],
  'no builder of that name': [
    'ERROR: no builder "far" found',
    'BUILDX_BUILDER_MISSING',
    /docker buildx create --name/,
  ],
  'no emulation': [
    '#5 0.1 exec /bin/sh: exec format error',
    'BUILDX_PLATFORM_UNSUPPORTED',
    /Install emulation/,
  ],
  'a full disk': [
    'ERROR: failed to solve: write /var/lib/docker/x: no space left on device',
    'DOCKER_DISK_FULL',
    /docker buildx prune/,
  ],
  'a step that fails': [
    'ERROR: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1',
    'BUILD_STEP_FAILED',
    /Correct it; 'docker buildx build'/,
  ],
  'a push that is refused': [
    'ERROR: failed to solve: failed to push x: unexpected status from PUT request: 403 Forbidden',
    'REGISTRY_DENIED',
    /the deploying role needs ecr:InitiateLayerUpload/,
  ],
  'a base that is not there': [
    'ERROR: failed to solve: x: failed to resolve source metadata for x: not found',
    'BASE_MISSING',
    /Check its name and tag/,
  ],
  'words that nobody knows': [
    'ERROR: the moon is full',
    'BUILD_FAILED',
    /the moon is full[^]*'docker buildx build' in docker\/small repeats it/,
  ],
}

function row(
  name: string,
  end: FaultEnd,
  docker: Omit<Parameters<typeof dockerStandIn>[0], 'record'>,
): FaultRow {
  return {
    name: `docker: ${name}`,
    end,
    inject: (_, scratch) => ({
      environment: dockerStandIn({ record: join(scratch, 'record'), ...docker }),
    }),
  }
}

const dockerfile = `FROM public.ecr.aws/lambda/nodejs:24
COPY --from=functions / \${LAMBDA_TASK_ROOT}/
`

export const dockerGroups: readonly FaultGroup[] = [
  {
    name: 'docker that fails',
    from: 'nothing',
    prepare: (app) => app.write('docker/small/Dockerfile', dockerfile),
    rows: [
      ...Object.entries(words).map(([name, [output, code, says]]) =>
        row(name, { codes: [code], says }, { output, exitCode: 1 }),
      ),
      row(
        'no word, and an end by 137',
        {
          codes: ['BUILD_FAILED'],
          says: /exit code 137[^]*'docker buildx build' in docker\/small repeats it/,
        },
        { exitCode: 137 },
      ),
      row(
        'success, and no digest of what was pushed',
        { codes: ['BUILD_FAILED'], says: /did not tell its digest\. Update buildx/ },
        { exitCode: 0 },
      ),
      row(
        'success, and nothing was pushed',
        { codes: ['IMAGE_VANISHED'], says: /was pushed/ },
        { exitCode: 0, digest: digestOf('nothing') },
      ),
      {
        name: 'docker: not on PATH',
        end: { codes: ['DOCKER_MISSING'], says: /Install Docker with buildx/ },
        async inject(_, scratch) {
          const folder = join(scratch, 'bin')
          await mkdir(folder)
          return { environment: { PATH: await pathWithout('docker', folder) } }
        },
      },
    ],
  },
]
