import { formatBytes } from '../../plugin/core/basics/format-bytes.ts'
import { type LayerCost, layerCaches, layerWays, type LockfileResults } from './results.ts'

/** The section of `bench/README.md`. */
export function lockfileSection({ date, runs, sets }: LockfileResults): string {
  const line = (set: string, cache: string, way: string, cost: LayerCost, ratio: string) => {
    const { cpuSeconds, peakBytes, downloadedBytes, npmCacheBytes, unpackedBytes } = cost
    const bytes = [peakBytes, downloadedBytes, npmCacheBytes + unpackedBytes, cost.layerBytes]
    const cells = [set, cache, way, `${cpuSeconds.toFixed(2)} s`, ratio, ...bytes.map(formatBytes)]
    return `| ${cells.join(' | ')} |`
  }
  const rows = Object.entries(sets).flatMap(([set, caches]) =>
    layerCaches.flatMap((cache) =>
      layerWays.map((way) => {
        const ratio = way === 'lockfile' ? `**${caches[cache].cpuRatio.toFixed(2)}**` : ''
        return line(set, cache, way, caches[cache][way], ratio)
      }),
    ),
  )
  return `
## From package-lock.json to layers

On ${date}, medians of ${runs} runs by \`bench/lockfile.ts\`, for arm64: straight from the lockfile, and as npm installs it (what happens where a lockfile does not say all), in turns. The plugin's cache is empty; npm's is warm or empty too. Processor time is that of all processes, loading included, the peak that of the largest process in any run. A registry on loopback gives each file as the public one does. At most 0.4 of the processor time, npm's cache warm, and less than 200 MB are wanted.

| Packages | npm's cache | Way | Processor time | Ratio | Peak memory | Downloaded | Written beside the layers | Layers |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`
}
