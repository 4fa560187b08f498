import type { PeerName } from './columns.ts'

/** What differs from the build before: everything, one line, one small dependency, nothing. */
export const changes = ['first', 'line', 'bump', 'nothing'] as const
export type Change = (typeof changes)[number]

/** What the machine has: all of the build before, or nothing of its own; the registry keeps all. */
export const machines = ['warm', 'empty'] as const
export type Machine = (typeof machines)[number]

export type Cell = `${Change} ${Machine}`

/** In an order in which each finds what it should. */
export const cells: readonly { readonly change: Change; readonly machine: Machine }[] = [
  { change: 'first', machine: 'empty' },
  { change: 'nothing', machine: 'warm' },
  { change: 'line', machine: 'warm' },
  { change: 'bump', machine: 'warm' },
  { change: 'first', machine: 'warm' },
  { change: 'nothing', machine: 'empty' },
  { change: 'line', machine: 'empty' },
  { change: 'bump', machine: 'empty' },
]

/** One whole command, or the medians of several. */
export interface Measured {
  readonly seconds: number
  /** Of the command and of Docker's daemon, user and system; absent where nothing counts them. */
  readonly processorSeconds?: number
  /** To and from the registries of bases and of the account. */
  readonly sentBytes: number
  readonly receivedBytes: number
}

/** `bench/peers.json` */
export interface PeerResults {
  readonly machine: { readonly processor: string; readonly cores: number }
  readonly peers: Readonly<Partial<Record<PeerName, PeerResult>>>
}

export interface PeerResult {
  readonly date: string
  /** Of what the machine's Docker, or the bench's own installer, brought. */
  readonly version: string
  /** Of the cells on a warm machine, and on an empty one. */
  readonly runs: Readonly<Record<Machine, number>>
  readonly cells: Readonly<Partial<Record<Cell, Measured>>>
}

/** The median of each value by itself. */
export function medians(all: readonly Measured[]): Measured {
  const median = (of: (one: Measured) => number | undefined): number | undefined => {
    const sorted = all.flatMap((one) => of(one) ?? []).toSorted((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)]
  }
  const processorSeconds = median((one) => one.processorSeconds)
  return {
    seconds: median(({ seconds }) => seconds) ?? NaN,
    ...(processorSeconds === undefined ? {} : { processorSeconds }),
    sentBytes: median(({ sentBytes }) => sentBytes) ?? NaN,
    receivedBytes: median(({ receivedBytes }) => receivedBytes) ?? NaN,
  }
}
