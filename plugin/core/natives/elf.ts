import { compareVersions, type Binary, type ReadAt } from './binary.ts'

/** `e_machine` values of the ELF specification. */
const machines: Readonly<Record<number, 'arm64' | 'x86_64'>> = { 0xb7: 'arm64', 0x3e: 'x86_64' }
const load = 1
const dynamic = 2
const tags = { needed: 1, strtab: 5, verneed: 0x6ffffffe, verneednum: 0x6fffffff }
/** Beyond this a header is not believed: no real file comes near. */
const sane = 4096

interface Segment {
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly size: number
}

/**
 * Machine, C library and needed glibc of an ELF file, from its program headers and dynamic section
 * (System V ABI, chapter 5): a few small reads, whatever the size of the file.
 * @returns undefined when it is not an ELF file
 */
export async function parseElf(read: ReadAt): Promise<Binary | undefined> {
  const head = await read(0, 64)
  if (head.length < 52 || head.readUInt32BE(0) !== 0x7f454c46) return undefined
  const littleEndian = head[5] === 1
  const machine = littleEndian ? (machines[head.readUInt16LE(18)] ?? 'other') : 'other'
  // Both of Lambda's machines are 64-bit and little-endian; of others nothing more is of interest.
  if (head[4] !== 2 || machine === 'other' || head.length < 64) {
    return { format: 'elf', machine: 'other', libc: 'none' }
  }
  const segments = await readSegments(head, read)
  const entries = await readDynamic(segments, read)
  const strings = entries.find(([tag]) => tag === tags.strtab)?.[1]
  if (strings === undefined) return { format: 'elf', machine, libc: 'none' }
  const stringAt = (offset: number) => readString(fileOffset(segments, strings) + offset, read)
  const needed = await Promise.all(
    entries.filter(([tag]) => tag === tags.needed).map(([, offset]) => stringAt(offset)),
  )
  const versions = await neededVersions(entries, segments, stringAt, read)
  const glibc = newest('GLIBC', versions)
  const libstdcxx = newest('GLIBCXX', versions)
  const musl = needed.some((name) => name === 'libc.so' || name.startsWith('libc.musl-'))
  const libc = musl ? 'musl' : glibc || needed.includes('libc.so.6') ? 'glibc' : 'none'
  return {
    format: 'elf',
    machine,
    libc,
    ...(glibc !== undefined && { glibc }),
    ...(libstdcxx !== undefined && { libstdcxx }),
  }
}

async function readSegments(head: Buffer, read: ReadAt): Promise<Segment[]> {
  const entrySize = head.readUInt16LE(54)
  const count = Math.min(head.readUInt16LE(56), sane)
  const table = await read(Number(head.readBigUInt64LE(32)), entrySize * count)
  const segments: Segment[] = []
  if (entrySize < 56) return segments
  for (let at = 0; at + 56 <= table.length; at += entrySize) {
    segments.push({
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: Number(table.readBigUInt64LE(at + 16)),
      size: Number(table.readBigUInt64LE(at + 32)),
    })
  }
  return segments
}

async function readDynamic(
  segments: readonly Segment[],
  read: ReadAt,
): Promise<[number, number][]> {
  const section = segments.find((segment) => segment.type === dynamic)
  if (section === undefined) return []
  const bytes = await read(section.offset, Math.min(section.size, 16 * sane))
  const entries: [number, number][] = []
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const tag = Number(bytes.readBigUInt64LE(at))
    if (tag === 0) break
    entries.push([tag, Number(bytes.readBigUInt64LE(at + 8))])
  }
  return entries
}

/** Walks `Elf64_Verneed` and its `Elf64_Vernaux` lists; yields names such as `GLIBC_2.17`. */
async function neededVersions(
  entries: readonly (readonly [number, number])[],
  segments: readonly Segment[],
  stringAt: (offset: number) => Promise<string>,
  read: ReadAt,
): Promise<string[]> {
  const value = (wanted: number) => entries.find(([tag]) => tag === wanted)?.[1]
  const address = value(tags.verneed)
  if (address === undefined) return []
  const names: string[] = []
  let at = fileOffset(segments, address)
  for (let file = 0; file < Math.min(value(tags.verneednum) ?? 0, sane); file++) {
    const need = await read(at, 16)
    if (need.length < 16) break
    let auxiliary = at + need.readUInt32LE(8)
    for (let version = 0; version < need.readUInt16LE(2); version++) {
      const entry = await read(auxiliary, 16)
      if (entry.length < 16) break
      names.push(await stringAt(entry.readUInt32LE(8)))
      auxiliary += entry.readUInt32LE(12)
    }
    if (need.readUInt32LE(12) === 0) break
    at += need.readUInt32LE(12)
  }
  return names
}

/** Dynamic entries hold addresses in memory; loadable segments say where those are in the file. */
function fileOffset(segments: readonly Segment[], address: number): number {
  const home = segments.find(
    (segment) =>
      segment.type === load &&
      address >= segment.address &&
      address < segment.address + segment.size,
  )
  return home === undefined ? address : address - home.address + home.offset
}

async function readString(offset: number, read: ReadAt): Promise<string> {
  const bytes = await read(offset, 256)
  const end = bytes.indexOf(0)
  return bytes.toString('latin1', 0, end === -1 ? bytes.length : end)
}

/** Of `GLIBC_2.17` and `GLIBC_2.34` the second; `GLIBC_PRIVATE` is of no version. */
function newest(library: 'GLIBC' | 'GLIBCXX', names: readonly string[]): string | undefined {
  return names
    .filter((name) => name.startsWith(`${library}_`))
    .map((name) => name.slice(library.length + 1))
    .filter((version) => /^\d+(?:\.\d+)+$/.test(version))
    .toSorted(compareVersions)
    .at(-1)
}
