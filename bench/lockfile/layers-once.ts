/**
 * The layers of packages of one folder with a package-lock.json, in a process of its own. Prints
 * their facts as a line of JSON.
 */
import { readImageSettings } from '../../plugin/core/settings/read-settings.ts'
import { readDefinition } from '../../plugin/effects/dependencies/definition.ts'
import { fingerprintOf } from '../../plugin/effects/dependencies/dependency-fingerprint.ts'
import { installDependencies } from '../../plugin/effects/dependencies/install.ts'
import { makeDependencies } from '../../plugin/effects/embedded/make-dependencies.ts'
import { plannedImage } from '../../test/stand-in/inputs/planned-image.ts'

const [way, directory = '', cacheDirectory = '', omit = ''] = process.argv.slice(2)
const image = plannedImage({
  definition: {
    kind: 'package',
    directory,
    packageManager: 'npm',
    lockfile: `${directory}/package-lock.json`,
  },
  settings: { ...readImageSettings(), omit: omit.split(' ').filter(Boolean) },
})
const definition = await readDefinition(image)
const fingerprint = await fingerprintOf(image, definition)
const { architecture } = image
// What npm has installed is taken, as it is when a lockfile does not say all.
if (way === 'npm ci')
  await installDependencies(definition, { fingerprint, architecture, cacheDirectory })
const progress = () => undefined
const { layers } = await makeDependencies({
  image,
  definition,
  fingerprint,
  cacheDirectory,
  progress,
})
const layerBytes = layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0)
console.log(JSON.stringify({ diffIds: layers.map(({ diffId }) => diffId), layerBytes }))
