import t from 'tap'

import { digestOf } from '../../../plugin/oci/digest.ts'
import type { Index } from '../../../plugin/oci/manifest.ts'
import { mediaTypes } from '../../../plugin/oci/media-types.ts'
import { pickPlatform } from '../../../plugin/oci/pick-platform.ts'
import { platformOf } from '../../../plugin/oci/platform.ts'

const { index: mediaType, manifest } = mediaTypes.oci

/** An index of `os/architecture/variant` names; the digest is the name's. */
const indexOf = (...names: readonly string[]): Index => ({
  schemaVersion: 2,
  mediaType,
  manifests: names.map((name) => {
    const [os = '', architecture = '', variant] = name.split('/')
    const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) }
    return { mediaType: manifest, digest: digestOf(name), size: 1, platform }
  }),
})
const pick = (index: Index, architecture: 'arm64' | 'x86_64') =>
  pickPlatform(index, platformOf(architecture), 'base:1').digest

t.test('the one of the platform', async (t) => {
  const both = indexOf('unknown/unknown', 'linux/amd64', 'windows/arm64', 'linux/arm64/v8')
  t.equal(pick(both, 'arm64'), digestOf('linux/arm64/v8'))
  t.equal(pick(both, 'x86_64'), digestOf('linux/amd64'))
  t.equal(pick(indexOf('linux/arm/v8', 'linux/arm64'), 'arm64'), digestOf('linux/arm64'))
  t.equal(pick(indexOf('linux/amd64/v3', 'linux/amd64'), 'x86_64'), digestOf('linux/amd64'))
})

t.test('what is offered instead is named', async (t) => {
  const missing = (index: Index, message: string) =>
    t.throws(() => pick(index, 'arm64'), { code: 'BASE_PLATFORM_MISSING', message })
  missing(
    indexOf('linux/amd64', 'unknown/unknown', 'linux/arm/v7', 'linux/amd64'),
    'base:1 offers linux/amd64, linux/arm/v7, not linux/arm64. Choose a base that publishes linux/arm64.',
  )
  missing(
    indexOf('unknown/unknown'),
    'base:1 offers no platform at all, not linux/arm64. Choose a base that publishes linux/arm64.',
  )
  const [nested] = indexOf('linux/arm64').manifests
  if (nested === undefined) throw new Error('no entry')
  const deep = { ...indexOf(), manifests: [{ ...nested, mediaType }] }
  t.throws(() => pick(deep, 'arm64'), { code: 'BASE_PLATFORM_MISSING' }, 'an index in an index')
})
