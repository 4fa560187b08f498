/**
 * An entry of a layer, written here and not by modern-tar: its packer needs 70 % more memory, and a
 * new version of it must not change every digest. Names, owners and times are not ours to choose:
 * they are always the same.
 */
export type TarEntry =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string }
  | {
      readonly kind: 'file'
      readonly path: string
      readonly size: number
      readonly executable: boolean
    }

const blockSize = 512
const typeFlags = { file: '0', symlink: '2', directory: '5', pax: 'x' } as const
/** A ustar size field holds eleven octal digits. */
const largestOctalSize = 8 ** 11 - 1
const plainName = /^[\x20-\x7e]{1,100}$/

/** Ends an archive (POSIX.1-2024, pax, "ustar Interchange Format"). */
export const tarEnd: Uint8Array = new Uint8Array(2 * blockSize)

/** What follows `size` bytes of content, up to the next block. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((blockSize - (size % blockSize)) % blockSize)
}

/**
 * All that comes before an entry's content: its ustar header, and a pax header before it only when
 * ustar cannot say the path, the link target or the size.
 */
export function tarHeader(entry: TarEntry): Uint8Array {
  const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path
  const target = entry.kind === 'symlink' ? entry.target : ''
  const size = entry.kind === 'file' ? entry.size : 0
  const records = [
    ...(plainName.test(path) ? [] : [paxRecord('path', path)]),
    ...(target === '' || plainName.test(target) ? [] : [paxRecord('linkpath', target)]),
    ...(size > largestOctalSize ? [paxRecord('size', String(size))] : []),
  ]
  const executable = entry.kind === 'directory' || (entry.kind === 'file' && entry.executable)
  const header = ustarBlock(typeFlags[entry.kind], path, target, size, executable ? 0o755 : 0o644)
  if (records.length === 0) return header
  const body = Buffer.concat(records)
  const pax = ustarBlock(typeFlags.pax, 'PaxHeaders/entry', '', body.length, 0o644)
  return Buffer.concat([pax, body, tarPadding(body.length), header])
}

/** `<length> <key>=<value>\n`, where the length counts its own digits too. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`)
  let length = rest.length
  while (length !== rest.length + String(length).length)
    length = rest.length + String(length).length
  return Buffer.concat([Buffer.from(String(length)), rest])
}

function ustarBlock(
  type: string,
  path: string,
  target: string,
  size: number,
  mode: number,
): Uint8Array {
  const block = Buffer.alloc(blockSize)
  const octal = (value: number, offset: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, '0'), offset, 'latin1')
  block.write(plainPart(path), 0, 'latin1')
  octal(mode, 100, 7)
  octal(0, 108, 7) // uid
  octal(0, 116, 7) // gid
  octal(size > largestOctalSize ? 0 : size, 124, 11)
  octal(0, 136, 11) // mtime
  block.write(type, 156, 'latin1')
  block.write(plainPart(target), 157, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  octal(0, 329, 7) // device numbers
  octal(0, 337, 7)
  block.fill(' ', 148, 156)
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  )
  block[154] = 0
  return block
}

/** A readable stand-in for what the pax header says in full. */
function plainPart(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '_').slice(0, 100)
}
