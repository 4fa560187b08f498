import t from 'tap'

import { imageDifferences } from '../../../../plugin/core/sync/image-differences.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { plannedFunction, plannedImage } from '../../../stand-in/inputs/planned-image.ts'

const entryPoint = ['/lambda-entrypoint.sh']
const image = plannedImage({ name: 'small', functions: [plannedFunction({ logicalId: 'A' })] })

const uri = (repository: string, content: string) =>
  `123456789012.dkr.ecr.us-west-2.amazonaws.com/${repository}@${digestOf(content)}`

const deployed = (properties: object) => ({
  Resources: {
    A: {
      Type: 'AWS::Serverless::Function',
      Properties: {
        PackageType: 'Image',
        ImageUri: uri('app', 'one'),
        Architectures: ['arm64'],
        ImageConfig: { EntryPoint: entryPoint, Command: ['http/get-index/index.handler'] },
        ...properties,
      },
    },
  },
})

t.test('nothing but another image', (t) => {
  t.strictSame(imageDifferences(image, deployed({})), [])
  const made = { entryPoint, imageUri: uri('app', 'two') }
  t.strictSame(imageDifferences(image, deployed({}), made), [])
  t.end()
})

t.test('what only a deploy brings', (t) => {
  const made = { entryPoint, imageUri: uri('app-preview', 'two') }
  const says = (properties: object, of: typeof made | undefined = made) =>
    imageDifferences(image, deployed(properties), of)
  t.strictSame(says({}), ['get / runs an image of another repository'])
  t.strictSame(says({ PackageType: 'Zip' }), ["get / goes into image 'small'"])
  const here = { ...made, imageUri: uri('app', 'two') }
  t.strictSame(says({ Architectures: ['x86_64'] }, here), ['get / becomes arm64'])
  t.match(says({ AutoPublishAlias: 'live' }, here), [/is called by an alias/])
  t.match(says({ ImageConfig: { Command: ['x.y'] } }, here), [
    /has another handler, http\/get-index\/index\.handler/,
    /has another entry point/,
  ])
  t.end()
})
