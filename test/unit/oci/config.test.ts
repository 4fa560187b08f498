import t from 'tap'

import { parseOciConfig } from '../../../plugin/oci/config.ts'
import { digestOf } from '../../../plugin/oci/digest.ts'

const digest = digestOf('')
const sound = {
  created: '2026-01-01T00:00:00Z',
  architecture: 'arm64',
  os: 'linux',
  config: {
    Env: ['PATH=/bin'],
    Entrypoint: ['/lambda-entrypoint.sh'],
    Cmd: ['index.handler'],
    WorkingDir: '/var/task',
    User: 'someone',
    Labels: { a: 'b' },
  },
  rootfs: { type: 'layers', diff_ids: [digest] },
  history: [
    { created: '2026-01-01T00:00:00Z', created_by: 'x', comment: 'y' },
    { empty_layer: true },
  ],
}
const parse = (value: unknown) => parseOciConfig(Buffer.from(JSON.stringify(value)))

t.test('a config as Lambda reads it', async (t) => {
  t.strictSame(parse(sound), sound)
  t.strictSame(
    parse({ ...sound, docker_version: '1', config: { ...sound.config, Volumes: {} } }),
    sound,
  )
  const rootfs = { type: 'layers', diff_ids: [] }
  const least = { architecture: 'arm64', os: 'linux', rootfs }
  t.strictSame(parse(least), least)
  t.strictSame(
    parse({ ...least, config: { Entrypoint: null, Cmd: null, Labels: null }, history: null }),
    { ...least, config: {} },
    "Go's null is nothing",
  )
})

t.test('what is no config', async (t) => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ rootfs: undefined }, /rootfs: it is not an object/],
    [{ rootfs: { type: 'x', diff_ids: [] } }, /of type "x"/],
    [{ rootfs: { type: 'layers' } }, /diff_ids: it is not a list/],
    [{ architecture: 1 }, /architecture: it is not text/],
    [{ os: undefined }, /os: it is not text/],
    [{ config: { Env: 'PATH=/bin' } }, /Env: it is not a list/],
    [{ config: { Entrypoint: [1] } }, /Entrypoint: it is not text/],
    [{ config: { Labels: ['a'] } }, /Labels: it is not an object/],
    [{ history: [1] }, /history: it is not an object/],
  ]
  for (const [change, message] of wrong) {
    t.throws(() => parse({ ...sound, ...change }), { code: 'MANIFEST_INVALID', message })
  }
  t.throws(() => parse({ ...sound, rootfs: { type: 'layers', diff_ids: ['x'] } }), {
    code: 'DIGEST_INVALID',
  })
})
