/**
 * `node bench/peers.ts`: whole commands, ours beside those that do the same job, on one definition
 * (`docker/lancedb`), for arm64. In each cell the peers take turns. Writes `bench/peers.json` and
 * its tables in `bench/README.md`; a peer that cannot be had here keeps its last numbers.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'

import { prepareApps, type Sources, tslibVersions } from './peers/app.ts'
import {
  cells,
  type Cell,
  type Measured,
  medians,
  type PeerResult,
  type PeerResults,
} from './peers/cells.ts'
import { findTools } from './peers/find-tools.ts'
import { peers } from './peers/peers.ts'
import { openStation, type Station } from './peers/station.ts'

const root = resolve(import.meta.dirname, '..')
const file = join(root, 'bench/peers.json')
const runs = {
  warm: Number(process.env['BENCH_PEER_RUNS'] ?? 3),
  empty: Number(process.env['BENCH_PEER_EMPTY_RUNS'] ?? 1),
}
const wanted = process.env['BENCH_PEERS']?.split(';')
if (runs.warm + runs.empty >= tslibVersions.length)
  throw new Error(`There are versions of tslib for ${tslibVersions.length - 1} runs altogether`)

await using resources = new AsyncDisposableStack()
const work = await mkdtemp(join(tmpdir(), 'bench-peers-'))
resources.defer(() => rm(work, { recursive: true, force: true }))
const tools = await findTools()
if (typeof tools === 'string') throw new Error(`Nothing can be measured here: ${tools}`)
const prepared = join(work, 'prepared')
const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
await prepareApps(prepared, devDependencies['@architect/architect'])

const stations = new Map<Station, Map<Cell, Measured[]>>()
for (const [at, peer] of peers.entries()) {
  if (wanted?.includes(peer.name) === false) continue
  const missing = await tools.missing(peer)
  if (missing !== undefined) {
    console.log(`${peer.name}: ${missing}`)
    continue
  }
  const folder = join(work, `peer-${at}`)
  const station = await openStation(peer, { folder, prepared, tools: tools.folder })
  resources.defer(() => station.close())
  stations.set(station, new Map())
}

const sources = { line: 'first', tslib: tslibVersions[0] ?? '' }
let builds = 0
/** What the next build is made from; every peer gets the same. */
function change(what: Cell): Sources {
  builds++
  if (what.startsWith('line')) sources.line = `changed ${builds}`
  if (what.startsWith('bump')) {
    sources.tslib = tslibVersions[tslibVersions.indexOf(sources.tslib) + 1] ?? ''
  }
  return { ...sources }
}

for (const { change: what, machine } of cells) {
  const cell: Cell = `${what} ${machine}`
  for (let run = 0; run < runs[machine]; run++) {
    const next = change(cell)
    for (const [station, measured] of stations) {
      try {
        if (machine === 'empty') await station.emptyMachine()
        if (what === 'first') await station.emptyAccount()
        const one = await station.build(next)
        measured.set(cell, [...(measured.get(cell) ?? []), one])
        const { seconds, processorSeconds = NaN, sentBytes } = one
        const told = [`${seconds.toFixed(2)} s`, `${processorSeconds.toFixed(2)} CPU s`]
        console.log(`${cell}: ${station.peer.name}: ${told.join(', ')}, ${sentBytes} B sent`)
      } catch (error) {
        // Its last numbers stay; half of a peer's cells beside the other half's is no comparison.
        console.log(`${cell}: ${station.peer.name} failed: ${String(error)}`)
        stations.delete(station)
      }
    }
  }
}

const before: PeerResults = JSON.parse(await readFile(file, 'utf8').catch(() => '{"peers":{}}'))
const fresh = new Map<string, PeerResult>()
for (const [{ peer }, measured] of stations) {
  fresh.set(peer.name, {
    date: new Date().toISOString().slice(0, 10),
    version: await tools.version(peer),
    runs,
    cells: Object.fromEntries([...measured].map(([cell, all]) => [cell, medians(all)])),
  })
}
const results: PeerResults = {
  machine: { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length },
  peers: Object.fromEntries(
    peers.flatMap(({ name }) => {
      const result = fresh.get(name) ?? before.peers[name]
      return result === undefined ? [] : [[name, result]]
    }),
  ),
}
await writeFile(file, `${JSON.stringify(results, null, 2)}\n`)
console.log(`${Math.round(performance.now() / 1000)} s`)
