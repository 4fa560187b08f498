import t from 'tap'

import { imageLabels, layerParts } from '../../../../plugin/core/image/image-labels.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'

const layers = ['a', 'b', 'c', 'd'].map((text) => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: digestOf(text),
  size: 1,
}))
const labels = (text: string) => ({ [imageLabels.parts]: text })

t.test('the parts of an image of the embedded builder', (t) => {
  const [a, b, c, d] = layers
  t.strictSame(layerParts(labels('{"base":2,"dependencies":1,"app":1}'), layers), {
    base: [a, b],
    dependencies: [c],
    app: [d],
  })
  t.strictSame(layerParts(labels('{"base":3,"app":1}'), layers), {
    base: [a, b, c],
    dependencies: [],
    app: [d],
  })
  t.end()
})

t.test('none of an image that only inherits the label, or has none', (t) => {
  t.equal(layerParts(labels('{"base":1,"dependencies":1,"app":1}'), layers), undefined)
  for (const text of ['', 'null', '[]', '{"base":"many"}', '{'])
    t.equal(layerParts(labels(text), layers), undefined, text)
  t.equal(layerParts({}, layers), undefined)
  t.equal(layerParts(null, layers), undefined)
  t.end()
})
