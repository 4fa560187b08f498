/** A minimal 64-bit ELF file: one loadable segment, a dynamic section, needed versions. */
export function elfFile(options: {
  readonly machine?: 'arm64' | 'x86_64'
  readonly needed?: readonly string[]
  /** `GLIBC_2.17`, as of the first needed library. */
  readonly versions?: readonly string[]
}): Buffer {
  const { machine = 'arm64', needed = ['libc.so.6'], versions = [] } = options
  const address = 0x400000
  let strings = '\0'
  const nameOf = (text: string): number => {
    const at = strings.length
    strings += `${text}\0`
    return at
  }
  const neededNames = needed.map(nameOf)
  const versionNames = versions.map(nameOf)
  const entries = needed.length + 3 + 1
  const dynamicAt = 64 + 2 * 56
  const verneedAt = dynamicAt + entries * 16
  const stringsAt = verneedAt + 16 + versions.length * 16
  const file = Buffer.alloc(stringsAt + strings.length)
  file.write('\x7fELF\x02\x01\x01', 0, 'latin1')
  file.writeUInt16LE(3, 16)
  file.writeUInt16LE(machine === 'arm64' ? 0xb7 : 0x3e, 18)
  file.writeBigUInt64LE(64n, 32)
  file.writeUInt16LE(56, 54)
  file.writeUInt16LE(2, 56)
  const segment = (index: number, type: number, offset: number, size: number) => {
    const at = 64 + index * 56
    file.writeUInt32LE(type, at)
    file.writeBigUInt64LE(BigInt(offset), at + 8)
    file.writeBigUInt64LE(BigInt(address + offset), at + 16)
    file.writeBigUInt64LE(BigInt(size), at + 32)
  }
  segment(0, 1, 0, file.length)
  segment(1, 2, dynamicAt, entries * 16)
  const dynamic: (readonly [number, number])[] = [
    ...neededNames.map((name) => [1, name] as const),
    [5, address + stringsAt],
    [0x6ffffffe, address + verneedAt],
    [0x6fffffff, versions.length > 0 ? 1 : 0],
    [0, 0],
  ]
  for (const [index, [tag, value]] of dynamic.entries()) {
    file.writeBigUInt64LE(BigInt(tag), dynamicAt + index * 16)
    file.writeBigUInt64LE(BigInt(value), dynamicAt + index * 16 + 8)
  }
  file.writeUInt16LE(versions.length, verneedAt + 2)
  file.writeUInt32LE(16, verneedAt + 8)
  for (const [index, name] of versionNames.entries()) {
    const at = verneedAt + 16 + index * 16
    file.writeUInt32LE(name, at + 8)
    file.writeUInt32LE(index === versions.length - 1 ? 0 : 16, at + 12)
  }
  file.write(strings, stringsAt, 'latin1')
  return file
}
