import fc from 'fast-check'
import t from 'tap'

import { appLayers, mostAppLayers } from '../../../../plugin/core/image/app-layers.ts'

interface File {
  readonly path: string
  readonly size: number
}

const kB = 1000
const MB = 1000 * kB
const split = (files: readonly File[], most?: number) => appLayers(files, ({ size }) => size, most)
const bytes = (files: readonly File[]): number => files.reduce((sum, { size }) => sum + size, 0)
const contents = (groups: readonly (readonly File[])[]): Set<string> =>
  new Set(groups.map((group) => JSON.stringify(group)))
const fileOf = (name: string, size: number): File => ({ path: `var/task/${name}`, size })
const functions = (count: number, size: (index: number) => number, prefix = 'get-item'): File[] =>
  Array.from({ length: count }, (_, index) =>
    fileOf(`http/${prefix}-${index}/index.cjs`, size(index)),
  ).toSorted((a, b) => (a.path < b.path ? -1 : 1))

const folder = fc
  .constantFrom('http', 'scheduled', 'queues', 'models')
  .chain((kind) => fc.nat(40).map((index) => `${kind}/f${index}`))
const name = fc.oneof(
  folder.chain((at) => fc.constantFrom('index.cjs', 'lib/a.js', 'b').map((end) => `${at}/${end}`)),
  fc.constantFrom('model.bin', 'fonts/a.ttf', 'fonts/b.ttf'),
)
const someFiles = fc
  .uniqueArray(fc.record({ name, size: fc.oneof(fc.nat(20 * kB), fc.nat(30 * MB)) }), {
    selector: (one) => one.name,
    maxLength: 120,
  })
  .map((all) => all.map(({ name: at, size }) => fileOf(at, size)))

t.test('each file is in one group, a function in one, and there are few', async () => {
  fc.assert(
    fc.property(someFiles, fc.integer({ min: 1, max: mostAppLayers }), (files, most) => {
      const groups = split(files, most)
      const all = groups.flat().map(({ path }) => path)
      const homes = groups.map((group) => new Set(group.map(({ path }) => functionOf(path))))
      return (
        all.length === files.length &&
        new Set(all).size === all.length &&
        groups.length >= 1 &&
        groups.length <= most &&
        homes.reduce((sum, home) => sum + home.size, 0) === new Set(all.map(functionOf)).size
      )
    }),
  )
})

t.test('the same files give the same groups, in whichever order they come', async () => {
  const plain = (groups: readonly (readonly File[])[]) =>
    JSON.stringify(groups.map((group) => group.map(({ path }) => path).toSorted()))
  fc.assert(
    fc.property(someFiles, fc.infiniteStream(fc.nat()), (files, random) => {
      const keys = new Map(files.map((file) => [file, random.next().value ?? 0]))
      const shuffled = files.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0))
      return plain(split(files)) === plain(split(shuffled))
    }),
  )
})

t.test('a few small functions share a layer, large ones have one each', async (t) => {
  t.strictSame(split([]), [[]], 'an image without files has a layer, too')
  t.equal(split(functions(7, () => 20 * kB)).length, 1)
  t.equal(split(functions(1, () => 16 * MB)).length, 1)
  t.equal(split(functions(3, () => 16 * MB)).length, 3)
  t.equal(split(functions(10, () => 2 * MB)).length, 10)
  t.equal(split(functions(200, () => kB)).length, mostAppLayers)
  const beside = [fileOf('models/small/model.onnx', 90 * MB), ...functions(3, () => 10 * kB)]
  const models = split(beside).filter((group) => group.some(({ path }) => /models/.test(path)))
  t.strictSame(models, [beside.slice(0, 1)], 'a model is apart from the functions')
})

const shapes: Readonly<Record<string, (index: number) => number>> = {
  equal: () => 190 * kB,
  tiny: (index) => 900 + (index % 7) * 30,
  'from 20 to 420 kB': (index) => 20 * kB + ((index * 7919) % 400) * kB,
  'some ten times as large': (index) => (index % 10 === 0 ? 1.9 * MB : 190 * kB),
}

t.test('of 200 functions no group has more than a tenth', async (t) => {
  for (const [shape, size] of Object.entries(shapes))
    for (const prefix of ['get-item', 'post-order', 'any-api-v000version', 'q']) {
      const files = functions(200, size, prefix)
      const largest = Math.max(...split(files).map(bytes))
      t.ok(largest <= bytes(files) / 10, `${shape}, ${prefix}: ${largest / bytes(files)}`)
    }
})

t.test('a changed line changes one group', async (t) => {
  for (const [shape, size] of Object.entries(shapes)) {
    const before = functions(200, size)
    const groups = contents(split(before))
    let more = 0
    for (let index = 0; index < before.length; index += 4) {
      const after = before.map((file, at) =>
        at === index ? { ...file, size: file.size + 30 } : file,
      )
      if (split(after).filter((group) => !groups.has(JSON.stringify(group))).length !== 1) more += 1
    }
    // 30 bytes are much for a function of 900, and move one now and then.
    t.ok(more <= (shape === 'tiny' ? 5 : 1), `${shape}: ${more} of 50`)
  }
})

t.test('functions that come and go move few others', async (t) => {
  for (const [shape, size] of Object.entries(shapes)) {
    const before = functions(200, size)
    const groups = contents(split(before))
    const sent = Array.from({ length: 50 }, (_, index) => {
      const added = [...before, fileOf(`queues/new-${index}/index.cjs`, size(index))]
      const after = index % 2 === 0 ? added : before.toSpliced(index, 1)
      const changed = split(after).filter((group) => !groups.has(JSON.stringify(group)))
      return bytes(changed.flat()) / bytes(after)
    })
    const mean = sent.reduce((sum, one) => sum + one, 0) / sent.length
    t.ok(mean < 0.12, `${shape}: ${mean} of the bytes`)
  }
})

function functionOf(path: string): string {
  return path.split('/').slice(2, -1).slice(0, 2).join('/')
}
