/**
 * The layers of packages of one folder with a package-lock.json, in a process of its own. Runs beside
 * the sources of an older version too, so it asks for nothing that only one of them has. Prints
 * its record as JSON.
 */
import type { KeyedLayer } from '../../plugin/core/image/image-packages.ts'
import { readImageSettings } from '../../plugin/core/settings/read-settings.ts'
import { fingerprintOf } from '../../plugin/effects/dependencies/dependency-fingerprint.ts'
import { settleDefinition } from '../../plugin/effects/dependencies/settle-definition.ts'
import { makeDependencies } from '../../plugin/effects/embedded/make-dependencies.ts'

const [directory = '', cacheDirectory = '', known = '[]'] = process.argv.slice(2)
const layers: readonly KeyedLayer[] = JSON.parse(known)
const image = {
  name: 'lancedb',
  architecture: 'arm64',
  nodeVersion: 24,
  base: 'public.ecr.aws/lambda/nodejs:24',
  definition: {
    kind: 'package',
    directory,
    packageManager: 'npm',
    lockfile: `${directory}/package-lock.json`,
  },
  settings: { ...readImageSettings(), omit: ['openai', '@huggingface/transformers'] },
  functions: [],
} as const
const definition = await settleDefinition(image)
const fingerprint = await fingerprintOf(image, definition)
const progress = () => undefined
const { record } = await makeDependencies({
  image,
  definition,
  fingerprint,
  cacheDirectory,
  progress,
  knownLayer: async (key) => layers.find((layer) => layer.key === key),
})
console.log(JSON.stringify(record))
