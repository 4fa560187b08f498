import { readDefinition } from '../../../../plugin/effects/dependencies/definition.ts'
import { installDependencies } from '../../../../plugin/effects/dependencies/install.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'

/** Installs the packages of a folder, as a deploy does. */
const [directory = '', cacheDirectory = ''] = process.argv.slice(2)
const definition = await readDefinition({
  name: 'db',
  architecture: 'arm64',
  nodeVersion: 24,
  base: 'base',
  definition: {
    kind: 'package',
    directory,
    packageManager: 'npm',
    lockfile: `${directory}/package-lock.json`,
  },
  settings: {
    define: [],
    defineSecret: [],
    external: [],
    include: [],
    omit: [],
    exclude: [],
    scriptsNotNeeded: [],
    startCheck: 'off',
  },
  functions: [],
})
await installDependencies(definition, {
  fingerprint: digestOf('one'),
  architecture: 'arm64',
  cacheDirectory,
})
