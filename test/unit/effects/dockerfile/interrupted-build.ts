import { buildxImages } from '../../../../plugin/effects/dockerfile/buildx-images.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { bundle, dockerfileImage } from './dockerfile-image.ts'

/** A build for a test that ends it from outside. */
const [app = ''] = process.argv.slice(2)
const repository = openRepository({
  uri: 'registry.example/app',
  authorization: async () => `Basic ${Buffer.from('AWS:token').toString('base64')}`,
})
const builder = buildxImages({
  resolveBase: async () => {
    throw new Error('no base is read')
  },
  resolveDigest: async () => digestOf('base'),
  cacheDirectory: `${app}/cache`,
  directory: app,
  environment: process.env,
  progress: () => undefined,
})
await builder.publish({ image: dockerfileImage(app), bundle, repository, tag: 't' })
