import type { Plugin } from 'esbuild'

import { externalPattern, isAwsSdk } from '../../core/bundle/externals.ts'

const namespace = 'aws-sdk'

/**
 * Keeps packages of the image out of the bundle, before any other plugin can take them in. An
 * `import()` of the AWS SDK becomes a `require`: Node looks into NODE_PATH for nothing else.
 */
export function externalPlugin(packages: readonly string[]): Plugin {
  return {
    name: 'image-externals',
    setup(build) {
      build.onResolve({ filter: externalPattern(packages) }, ({ path, kind, namespace: from }) =>
        kind === 'dynamic-import' && isAwsSdk(path) && from !== namespace
          ? { path, namespace }
          : { path, external: true },
      )
      build.onLoad({ filter: /^/, namespace }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(path)})`,
      }))
    },
  }
}
