import t from 'tap'

import { contentProof, startProof } from '../../../../plugin/core/image/proof-name.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { plannedFunction, plannedImage } from '../../../stand-in/inputs/planned-image.ts'

const digest = digestOf('an image')
const other = digestOf('another image')
const withFunctions = (...functions: Parameters<typeof plannedFunction>[0][]) =>
  plannedImage({ functions: functions.map(plannedFunction) })

t.test('whatever the verdict on an image depends on has another name', (t) => {
  const image = plannedImage()
  const plain = { image, tag: 'img-arm64-1', digest }
  const names = [
    contentProof('1.0.0', plain),
    contentProof('1.0.1', plain),
    contentProof('1.0.0', { ...plain, digest: other }),
    contentProof('1.0.0', { ...plain, tag: 'img-arm64-2' }),
    contentProof('1.0.0', { ...plain, image: plannedImage({ architecture: 'x86_64' }) }),
    contentProof('1.0.0', { ...plain, image: plannedImage({ nodeVersion: 22 }) }),
    contentProof('1.0.0', { ...plain, image: plannedImage({ language: 'python' }) }),
    contentProof('1.0.0', { ...plain, image: plannedImage({ layers: ['arn:a'] }) }),
    contentProof('1.0.0', { ...plain, image: withFunctions({}, { logicalId: 'Other' }) }),
    contentProof('1.0.0', { ...plain, image: withFunctions({ command: 'x/index.handler' }) }),
    contentProof('1.0.0', { ...plain, image: withFunctions({ snapStart: true }) }),
    ...[{ NODE_OPTIONS: '--require /opt/a.js' }, { NODE_OPTIONS: { Ref: 'Options' } }].map(
      (environment) => contentProof('1.0.0', { ...plain, image: withFunctions({ environment }) }),
    ),
    startProof('1.0.0', { digest, order: {} }),
    startProof('1.0.1', { digest, order: {} }),
    startProof('1.0.0', { digest: other, order: {} }),
    startProof('1.0.0', { digest, order: { environment: { A: '1' } } }),
  ]
  t.equal(new Set(names).size, names.length)
  for (const name of names) t.match(name, /^[0-9a-f]{32}$/)
  t.end()
})

t.test('it is the same on every machine', (t) => {
  const nameOf = (directory: string) => {
    const definition = { kind: 'package', directory, packageManager: 'npm' } as const
    const functions = [plannedFunction({ sourceDirectory: directory, entryFile: directory })]
    const image = plannedImage({ definition, functions })
    return contentProof('1.0.0', { image, tag: 'img-arm64-1', digest })
  }
  t.equal(nameOf('/home/one/app'), nameOf('/builds/two/app'))
  t.end()
})
