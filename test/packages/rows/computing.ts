import type { PackageRow } from '../package-row.ts'
import { compiled } from './compiled.ts'

export const computing: readonly PackageRow[] = [
  {
    name: 'onnxruntime-node',
    version: '1.30.0',
    handler: `import { Tensor } from 'onnxruntime-node'
export const handler = async () => [...new Tensor('float32', [1, 2], [2]).data]`,
    expected: { answers: [1, 2] },
  },
  compiled('@tensorflow/tfjs-node', '4.22.0', 'Take `onnxruntime-node`, or a Dockerfile.'),
  compiled('faiss-node', '0.5.1', 'Take `usearch` or `@lancedb/lancedb`, or a Dockerfile.'),
  compiled('hnswlib-node', '3.0.0', 'Take `usearch` or `@lancedb/lancedb`, or a Dockerfile.'),
  {
    name: 'usearch',
    version: '2.26.2',
    handler: `import usearch from 'usearch'
export const handler = async () => {
  const index = new usearch.Index({ metric: 'l2sq', dimensions: 2 })
  index.add(7n, new Float32Array([1, 2]))
  return Number(index.search(new Float32Array([1, 2]), 1).keys[0])
}`,
    expected: { answers: 7 },
    usedOnArm: true,
  },
  {
    name: 'isolated-vm',
    version: '7.0.1',
    handler: `import ivm from 'isolated-vm'
export const handler = async () => {
  const context = await new ivm.Isolate().createContext()
  return await context.eval('6 * 7')
}`,
    expected: { answers: 42 },
  },
  {
    name: 'snappy',
    version: '7.4.3',
    handler: `import { compress, uncompress } from 'snappy'
export const handler = async () => (await uncompress(await compress('forty-two'), { asBuffer: false }))`,
    expected: { answers: 'forty-two' },
    usedOnArm: true,
  },
  compiled('@mongodb-js/zstd', '7.0.0', "Take Node's own `node:zlib`, which has zstd."),
  {
    name: 'msgpackr',
    version: '2.1.4',
    handler: `import { pack, unpack } from 'msgpackr'
export const handler = async () => unpack(pack({ n: 42 }))`,
    expected: { answers: { n: 42 } },
  },
  {
    name: '@parcel/watcher',
    version: '2.6.0',
    handler: `import watcher from '@parcel/watcher'
export const handler = async () => {
  await watcher.writeSnapshot('/tmp', '/tmp/snapshot')
  return (await watcher.getEventsSince('/tmp', '/tmp/snapshot')).length >= 0
}`,
    expected: { answers: true },
  },
]
