/**
 * `node bench/peers.ts`: whole commands, ours beside those that do the same job, on one definition
 * (`docker/lancedb`), for arm64. In each cell the peers take turns. Writes `bench/peers.json` and
 * its tables in `bench/README.md`; a peer that cannot be had here keeps its last numbers.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { prepareApps, type Sources, type TslibVersion, tslibVersions } from './peers/app.ts'
import {
  cells,
  type Cell,
  type Measured,
  medians,
  type PeerResult,
  type PeerResults,
} from './peers/cells.ts'
import { columns, type PeerName } from './peers/columns.ts'
import { findTools, type FoundTools } from './peers/find-tools.ts'
import { peers } from './peers/peers.ts'
import { openStation, type Station } from './peers/station.ts'
import { writeReadme } from './write-readme.ts'

const root = resolve(import.meta.dirname, '..')
const file = join(root, 'bench/peers.json')
const runs = {
  warm: Number(process.env['BENCH_PEER_RUNS'] ?? 3),
  empty: Number(process.env['BENCH_PEER_EMPTY_RUNS'] ?? 1),
}
/** Names of `columns` between semicolons; the others keep their last numbers. */
const wanted = process.env['BENCH_PEERS']?.split(';')

/** Runs all cells and writes `bench/peers.json`. */
export async function comparePeers(say: (line: string) => void): Promise<void> {
  if (runs.warm + runs.empty >= tslibVersions.length)
    throw new Error(`There are versions of tslib for ${tslibVersions.length - 1} bumps altogether`)
  await using resources = new AsyncDisposableStack()
  const work = await mkdtemp(join(tmpdir(), 'bench-peers-'))
  resources.defer(() => rm(work, { recursive: true, force: true }))
  const tools = await findTools()
  if (typeof tools === 'string') return say(`No comparison with other tools: ${tools}`)
  const prepared = join(work, 'prepared')
  await prepareApps(prepared)
  const stations: Station[] = []
  for (const peer of peers) {
    if (wanted?.includes(peer.name) === false) continue
    const missing = await tools.missing(peer)
    if (missing !== undefined) {
      say(`${peer.name}: ${missing}`)
      continue
    }
    const folder = join(work, peer.name.replaceAll(/\W+/g, '-'))
    const station = await openStation(peer, { folder, prepared, tools: tools.folder })
    resources.defer(() => station.close())
    stations.push(station)
  }
  await writeResults(await measure(stations, say), tools)
}

type MeasuredCells = Map<Cell, Measured[]>

/** All cells, in each of them every peer in turn. */
async function measure(
  stations: readonly Station[],
  say: (line: string) => void,
): Promise<Map<PeerName, MeasuredCells>> {
  const measured = new Map(
    stations.map(({ name }) => [name, new Map()] as [PeerName, MeasuredCells]),
  )
  let sources: Sources = { line: 'first', tslib: tslibVersions[0] }
  for (const [at, { change, machine }] of cells.entries()) {
    const cell: Cell = `${change} ${machine}`
    for (let run = 0; run < runs[machine]; run++) {
      if (change === 'line') sources = { ...sources, line: `changed ${at} ${run}` }
      if (change === 'bump') sources = { ...sources, tslib: nextVersion(sources.tslib) }
      for (const { name, ...station } of stations) {
        const own = measured.get(name)
        if (own === undefined) continue
        try {
          if (machine === 'empty') await station.emptyMachine()
          if (change === 'first') await station.emptyAccount()
          const one = await station.build(sources)
          own.set(cell, [...(own.get(cell) ?? []), one])
          say(`${cell}: ${name}: ${tell(one)}`)
        } catch (error) {
          // Half of a peer's cells beside the other half of an earlier run is no comparison.
          measured.delete(name)
          say(`${name} is left out, since '${cell}' failed: ${String(error)}`)
        }
      }
    }
  }
  return measured
}

function nextVersion(version: TslibVersion): TslibVersion {
  const next = tslibVersions[tslibVersions.indexOf(version) + 1]
  if (next === undefined) throw new Error(`There is no version after ${version}`)
  return next
}

function tell({ seconds, processorSeconds, sentBytes, receivedBytes }: Measured): string {
  const used = processorSeconds === undefined ? '' : `, ${processorSeconds.toFixed(2)} CPU s`
  return `${seconds.toFixed(2)} s${used}, ${sentBytes} B sent, ${receivedBytes} B received`
}

async function writeResults(
  measured: ReadonlyMap<PeerName, MeasuredCells>,
  tools: FoundTools,
): Promise<void> {
  const before: PeerResults = JSON.parse(await readFile(file, 'utf8').catch(() => '{"peers":{}}'))
  const all: Partial<Record<PeerName, PeerResult>> = {}
  for (const { name } of columns) {
    const peer = peers.find((each) => each.name === name)
    const fresh = measured.get(name)
    const result =
      peer === undefined || fresh === undefined
        ? before.peers[name]
        : {
            date: new Date().toISOString().slice(0, 10),
            version: await tools.version(peer),
            runs,
            cells: Object.fromEntries([...fresh].map(([cell, each]) => [cell, medians(each)])),
          }
    if (result !== undefined) all[name] = result
  }
  const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length }
  await writeFile(file, `${JSON.stringify({ machine, peers: all }, null, 2)}\n`)
}

if (import.meta.main) {
  await comparePeers(console.log)
  console.log(await writeReadme())
}
