import t from 'tap'

import {
  type LayersOf,
  servedBy,
  storedSize,
} from '../../../../plugin/core/retention/layer-sharing.ts'
import type { StoredImage } from '../../../../plugin/core/retention/stored-image.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'

const digest = (name: string) => digestOf(Buffer.from(name))
const image = (name: string, tag: string, size: number): StoredImage => ({
  digest: digest(name),
  tags: [tag],
  pushedAt: 0,
  size,
})
const hex = 'a'.repeat(32)
const one = image('one', `x-arm64-${hex}`, 162)
const two = image('two', `x-arm64-${'b'.repeat(32)}`, 163)
const deps = image('deps', `deps-x-arm64-${hex}`, 61)
const foreign = image('foreign', 'latest', 7)
const layer = (name: string, size: number) => ({ digest: digest(name), size })
const [base, packages] = [layer('base', 100), layer('packages', 60)]
const layers: LayersOf = new Map([
  [one.digest, [base, packages, layer('app one', 1)]],
  [two.digest, [base, packages, layer('app two', 2)]],
  [deps.digest, [packages]],
])
const all = [one, two, deps, foreign]

t.test('a layer counts once, however many images have it', (t) => {
  t.equal(storedSize(all, layers), 100 + 60 + 1 + 2 + (1 + 1 + 1) + 7)
  t.equal(storedSize(all, new Map()), 162 + 163 + 61 + 7, 'all of it where layers are not known')
  t.equal(storedSize([], layers), 0)
  t.end()
})

t.test('records of several layers keep each layer once, whoever else has it', (t) => {
  const [large, small, other] = [layer('large', 50), layer('small', 2), layer('other', 3)]
  const second = image('second', `deps-x-arm64-${'b'.repeat(32)}`, 54)
  const several: LayersOf = new Map([
    [one.digest, [base, large, small, layer('app one', 1)]],
    [two.digest, [base, large, other, layer('app two', 2)]],
    [deps.digest, [large, small]],
    [second.digest, [large, other]],
  ])
  const images = [{ ...one, size: 154 }, { ...two, size: 156 }, { ...deps, size: 53 }, second]
  t.equal(storedSize(images, several), 100 + 50 + 2 + 3 + 1 + 2 + (1 + 1 + 1 + 1))
  t.strictSame(servedBy(deps, images, several), [images[0]], 'whose packages are all there')
  t.strictSame(servedBy(second, images, several), [images[1]])
  t.end()
})

t.test('a layer of dependencies serves the images that have it', (t) => {
  t.strictSame(servedBy(deps, all, layers), [one, two])
  t.strictSame(servedBy(one, all, layers), [], 'an image serves none')
  t.strictSame(servedBy(deps, [deps, foreign], layers), [])
  t.end()
})
