import { join } from 'node:path'

import { readImageSettings } from '../../../plugin/core/settings/read-settings.ts'
import type { ImageFunction, PlannedImage } from '../../../plugin/core/model.ts'

/** A function of a planned image: `get /`, unless said otherwise. */
export function plannedFunction(more: Partial<ImageFunction> = {}): ImageFunction {
  return {
    logicalId: 'Get',
    pragma: 'http',
    name: 'get /',
    folder: 'http/get-index',
    sourceDirectory: '/app/src',
    entryFile: '/app/src/index.js',
    handlerExport: 'handler',
    command: 'http/get-index/index.handler',
    environment: {},
    ...more,
  }
}

/** An image of a package.json with one function, as planning makes it. */
export function plannedImage(more: Partial<PlannedImage> = {}): PlannedImage {
  const { name = 'img' } = more
  return {
    name,
    architecture: 'arm64',
    nodeVersion: 24,
    base: 'public.ecr.aws/lambda/nodejs:24',
    definition: { kind: 'package', directory: join('/app/docker', name), packageManager: 'npm' },
    settings: readImageSettings(),
    functions: [plannedFunction()],
    ...more,
  }
}
