import t from 'tap'

import { checkSnapStart, snapStartLabel } from '../../../../plugin/core/image/snap-start.ts'
import type { OciConfig } from '../../../../plugin/oci/config.ts'
import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { plannedFunction, plannedImage } from '../../../stand-in/inputs/planned-image.ts'

const entryPoint = ['/lambda-entrypoint.sh']

function image(more: Partial<PlannedImage> = {}, snapStart = true): PlannedImage {
  return plannedImage({ functions: [plannedFunction({ snapStart })], ...more })
}

const config = (Labels: Readonly<Record<string, string>>, Entrypoint = entryPoint): OciConfig => ({
  os: 'linux',
  architecture: 'arm64',
  config: { Labels, Entrypoint },
  rootfs: { type: 'layers', diff_ids: [] },
})

const python = { language: 'python', nodeVersion: 0 } as const

t.test('images that Lambda would take a snapshot of', (t) => {
  const fit: readonly [PlannedImage, OciConfig][] = [
    [image(), config(snapStartLabel)],
    [image({}, false), config({})],
    [image({ ...python, base: 'public.ecr.aws/lambda/python:3.13' }), config({})],
  ]
  for (const [planned, served] of fit)
    t.doesNotThrow(() => checkSnapStart(planned, 'repo@sha256:1', served))
  t.end()
})

t.test('images whose version could not be published', (t) => {
  const unfit: readonly [PlannedImage, OciConfig][] = [
    [image(), config({})],
    [image(), config({ 'com.amazonaws.lambda.feature.snapstart': 'allow' })],
    [image({ ...python, base: 'public.ecr.aws/lambda/python:3.11' }), config({})],
    [image({ ...python, base: 'public.ecr.aws/lambda/python:3.13' }), config({}, ['python3'])],
  ]
  for (const [planned, served] of unfit)
    t.throws(() => checkSnapStart(planned, 'repo@sha256:1', served), {
      code: 'IMAGE_SNAPSTART_UNMARKED',
      message: /'get \/' with SnapStart.*LABEL com\.amazonaws\.lambda\.feature\.snapstart="Allow"/,
    })
  t.end()
})
