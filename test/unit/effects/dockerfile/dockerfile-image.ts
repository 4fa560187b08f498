import { join } from 'node:path'

import {
  readDockerfileSettings,
  readImageSettings,
} from '../../../../plugin/core/settings/read-settings.ts'
import type { DockerfileSettings, PlannedImage } from '../../../../plugin/core/model.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import type { Bundle } from '../../../../plugin/ports/bundle.ts'

export const dockerfile = 'FROM base.example/a:1\nCOPY --from=functions / ${LAMBDA_TASK_ROOT}/\n'

/** An image whose definition lies in `docker/img` of an app. */
export function dockerfileImage(
  app: string,
  settings: Partial<DockerfileSettings> = {},
  more: Partial<PlannedImage['settings']> = {},
): PlannedImage {
  const directory = join(app, 'docker/img')
  return {
    name: 'img',
    architecture: 'arm64',
    nodeVersion: 24,
    base: 'public.ecr.aws/lambda/nodejs:24',
    definition: {
      kind: 'dockerfile',
      directory,
      dockerfile: join(directory, 'Dockerfile'),
      context: settings.context === undefined ? directory : join(app, settings.context),
      appDirectory: app,
      embeddable: true,
      settings: { ...readDockerfileSettings(), ...settings },
    },
    settings: { ...readImageSettings(), ...more },
    functions: [],
  }
}

export const bundle: Bundle = {
  files: [
    {
      path: 'var/task/http/get-index/index.cjs',
      source: { kind: 'bytes', bytes: Buffer.from('1') },
      executable: false,
    },
    {
      path: 'var/task/http/get-index/run.sh',
      source: { kind: 'bytes', bytes: Buffer.from('2') },
      executable: true,
    },
  ],
  digest: digestOf('bundle'),
  notes: [],
}
