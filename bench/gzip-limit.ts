/**
 * The yardstick for a first build: the same bytes through zlib at level 6 on two cores, each half
 * by a worker of its own, read from disk. No builder that gzips can be faster on two cores.
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { Worker, isMainThread, workerData } from 'node:worker_threads'
import { createGzip } from 'node:zlib'
import { pipeline } from 'node:stream/promises'
import { Writable } from 'node:stream'

/** Seconds to compress `file` in two halves at the same time. */
export async function gzipLimit(file: string): Promise<number> {
  const { size } = await stat(file)
  const half = Math.floor(size / 2)
  const started = performance.now()
  await Promise.all(
    [
      { file, start: 0, end: half - 1 },
      { file, start: half, end: size - 1 },
    ].map(
      (part) =>
        new Promise<void>((resolve, reject) => {
          const worker = new Worker(import.meta.filename, { workerData: part })
          worker.once('error', reject)
          worker.once('exit', () => resolve())
        }),
    ),
  )
  return (performance.now() - started) / 1000
}

if (!isMainThread) {
  const { file, start, end } = workerData
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() })
  await pipeline(createReadStream(file, { start, end, highWaterMark: 1 << 20 }), createGzip(), sink)
}
