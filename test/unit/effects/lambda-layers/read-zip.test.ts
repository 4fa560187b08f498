import t from 'tap'

import { readZip } from '../../../../plugin/effects/lambda-layers/read-zip.ts'
import { makeZip } from '../../../stand-in/inputs/zip.ts'

const file = (path: string, text: string, executable: boolean) => ({
  path,
  source: { kind: 'bytes', bytes: Buffer.from(text) },
  executable,
})

t.test('files, modes and links', async (t) => {
  const zip = makeZip([
    { path: 'nodejs/', text: '', mode: 0o40755 },
    { path: 'wrap', text: '#!/bin/sh\n', mode: 0o100755 },
    { path: 'nodejs/a.js', text: 'one', mode: 0o100600 },
    { path: './nodejs/ü b.js', text: 'two', mode: 0o100644 },
    { path: 'nodejs/link', text: '../wrap', mode: 0o120777 },
    { path: 'dos.exe', text: 'MZ' },
    { path: 'wrap', text: 'later', mode: 0o100644 },
  ])
  t.strictSame(await readZip(zip, 'opt', 'arn'), [
    file('opt/wrap', 'later', false),
    file('opt/nodejs/a.js', 'one', false),
    file('opt/nodejs/ü b.js', 'two', false),
    { path: 'opt/nodejs/link', source: { kind: 'symlink', target: '../wrap' } },
    file('opt/dos.exe', 'MZ', false),
  ])
  t.strictSame(await readZip(makeZip([]), 'opt', 'arn'), [])
})

t.test('what cannot be read, or leads out', async (t) => {
  const whole = makeZip([{ path: 'a', text: 'text', mode: 0o100644 }])
  for (const zip of [
    Buffer.from('no zip'),
    whole.subarray(0, -8),
    makeZip([{ path: '../a', text: '' }]),
    makeZip([{ path: '/a', text: '' }]),
  ])
    await t.rejects(readZip(zip, 'opt', 'arn:one'), {
      code: 'LAMBDA_LAYER_INVALID',
      message: /^arn:one/,
    })
})
