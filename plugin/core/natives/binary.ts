/** What the head of a native file says. */
export type Binary =
  | {
      readonly format: 'elf'
      readonly machine: 'arm64' | 'x86_64' | 'other'
      /** `none`: linked to no C library, so it runs on both. */
      readonly libc: 'glibc' | 'musl' | 'none'
      /** The newest version of glibc whose symbols it needs: `2.34`. */
      readonly glibc?: string
      /** The same of GNU's C++ library: `3.4.29`. */
      readonly libstdcxx?: string
    }
  | { readonly format: 'mach-o' | 'pe' }

/** Reads `length` bytes at `offset`, or fewer at the end of the file. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>

/** Executables beside these are scripts. */
const text = /\.(?:[cm]?[jt]sx?|json|md|txt|sh|map|css|html|ya?ml|py|pl|rb|bat|cmd|ps1)$/i
const native = /\.(?:node|dylib|dll|exe)$|\.so(?:\.\d+)*$/i

/** Whether a file's head is worth a look: a library by its name, or a program that is no script. */
export function mayBeNative(path: string, executable: boolean): boolean {
  return native.test(path) || (executable && !text.test(path))
}

const machOMagics = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe])

/** Windows and macOS formats by their magic numbers; ELF is for `parseElf`. */
export function foreignFormat(head: Buffer): 'mach-o' | 'pe' | undefined {
  if (head.length < 4) return undefined
  if (head.toString('latin1', 0, 2) === 'MZ') return 'pe'
  return machOMagics.has(head.readUInt32BE(0)) ? 'mach-o' : undefined
}

/** Compares dotted versions by their numbers: negative, zero or positive. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
