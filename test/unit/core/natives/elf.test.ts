import t from 'tap'

import { foreignFormat } from '../../../../plugin/core/natives/binary.ts'
import { parseElf } from '../../../../plugin/core/natives/elf.ts'
import { elfFile } from '../../../stand-in/inputs/elf-file.ts'

function parse(file: Buffer) {
  return parseElf(async (offset, length) => file.subarray(offset, offset + length))
}

t.test('machine, C library and the newest glibc', async (t) => {
  const versions = ['GLIBC_2.17', 'GLIBC_2.4', 'GLIBC_2.34', 'GLIBC_PRIVATE', 'GCC_3.0']
  t.same(await parse(elfFile({ versions })), {
    format: 'elf',
    machine: 'arm64',
    libc: 'glibc',
    glibc: '2.34',
  })
  t.same(await parse(elfFile({ machine: 'x86_64' })), {
    format: 'elf',
    machine: 'x86_64',
    libc: 'glibc',
  })
  t.match(await parse(elfFile({ needed: [] })), { libc: 'none' })
})

t.test("the newest of GNU's C++ library beside glibc", async (t) => {
  const versions = [
    'GLIBC_2.17',
    'GLIBCXX_3.4.9',
    'GLIBCXX_3.4.30',
    'CXXABI_1.3.13',
    'GLIBCXX_LDBL',
  ]
  const file = elfFile({ needed: ['libstdc++.so.6', 'libc.so.6'], versions })
  t.match(await parse(file), { libc: 'glibc', glibc: '2.17', libstdcxx: '3.4.30' })
})

t.test('musl, also where a library of GCC names an old glibc', async (t) => {
  t.match(await parse(elfFile({ needed: ['libc.so'] })), { libc: 'musl' })
  const needed = ['libgcc_s.so.1', 'libc.musl-aarch64.so.1']
  t.match(await parse(elfFile({ needed, versions: ['GLIBC_2.0'] })), { libc: 'musl' })
})

t.test('what is cut off or nonsense is no reason to fail', async (t) => {
  const whole = elfFile({ versions: ['GLIBC_2.17'] })
  for (let length = 0; length < whole.length; length += 7) {
    await parse(whole.subarray(0, length))
  }
  for (let at = 0; at < 400; at++) {
    const spoilt = Buffer.from(whole)
    spoilt[at] = 0xff
    await parse(spoilt)
  }
  t.equal(await parse(Buffer.from('#!/bin/sh\n')), undefined)
  t.equal(await parse(Buffer.alloc(0)), undefined)
  const big = Buffer.from(whole)
  big[5] = 2
  t.match(await parse(big), { machine: 'other' })
})

t.test('formats of other systems', async (t) => {
  t.equal(foreignFormat(Buffer.from('MZ\x90\0', 'latin1')), 'pe')
  t.equal(foreignFormat(Buffer.from('cffaedfe', 'hex')), 'mach-o')
  t.equal(foreignFormat(Buffer.from('cafebabe', 'hex')), 'mach-o')
  t.equal(foreignFormat(Buffer.from('#!/b')), undefined)
  t.equal(foreignFormat(Buffer.from('M')), undefined)
})
