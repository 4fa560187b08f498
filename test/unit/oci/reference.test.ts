import * as fc from 'fast-check'
import t from 'tap'

import { digestOf } from '../../../plugin/oci/digest.ts'
import {
  formatPinned,
  formatReference,
  parsePinned,
  parseReference,
} from '../../../plugin/oci/reference.ts'

// Set, so that a gate that fails fails again.
fc.configureGlobal({ seed: 1 })

const digest = `sha256:${'a'.repeat(64)}`

t.test("Docker's normalisation", async (t) => {
  const cases: Readonly<Record<string, readonly [string, string, (string | undefined)?, string?]>> =
    {
      node: ['docker.io', 'library/node'],
      'node:24': ['docker.io', 'library/node', '24'],
      'me/app': ['docker.io', 'me/app'],
      'docker.io/node': ['docker.io', 'library/node'],
      'index.docker.io/node:24': ['docker.io', 'library/node', '24'],
      'localhost/app': ['localhost', 'app'],
      'localhost:5000/app:1': ['localhost:5000', 'app', '1'],
      'host:5000/a/b': ['host:5000', 'a/b'],
      '[::1]:5000/app:1': ['[::1]:5000', 'app', '1'],
      'public.ecr.aws/lambda/nodejs:24': ['public.ecr.aws', 'lambda/nodejs', '24'],
      [`node@${digest}`]: ['docker.io', 'library/node', undefined, digest],
      [`a.example/app:1@${digest}`]: ['a.example', 'app', '1', digest],
      'a.example/a__b/c--d.e': ['a.example', 'a__b/c--d.e'],
    }
  for (const [text, [registry, repository, tag, of]] of Object.entries(cases)) {
    const expected = {
      registry,
      repository,
      ...(tag === undefined ? {} : { tag }),
      ...(of === undefined ? {} : { digest: of }),
    }
    t.same(parseReference(text), expected, text)
  }
})

t.test('what is none', async (t) => {
  const wrong = {
    '': /names no repository/,
    ':24': /names no repository/,
    'a.example/': /names no repository/,
    'node:': /the tag '' is not one/,
    'node:-x': /the tag '-x'/,
    [`node:${'x'.repeat(129)}`]: /is not one/,
    'me/App': /'me\/App' is not in lower case/,
    'a.example/../app': /'\.\.' cannot stand/,
    'a.example//app': /'' cannot stand/,
    'a.example/app name': /'app name' cannot stand/,
    'a_b.example/app': /'a_b\.example' is not a host/,
    'a.example:port/app': /is not a host/,
    'https://a.example/app': /./,
    [`a.example/${'a/'.repeat(128)}a`]: /more than 255/,
  }
  for (const [text, message] of Object.entries(wrong)) {
    t.throws(() => parseReference(text), { code: 'REFERENCE_INVALID', message }, text)
  }
  for (const text of ['node@', 'node@sha256:x', `node@${digest}@${digest}`, 'node@md5:abc']) {
    t.throws(() => parseReference(text), { code: 'DIGEST_INVALID' }, text)
  }
})

const component = fc.stringMatching(/^[a-z0-9]{1,8}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}$/)
const host = fc.oneof(
  fc.constantFrom('docker.io', 'localhost', 'localhost:5000', '127.0.0.1:5000', '[::1]:5000'),
  fc.stringMatching(/^[a-z0-9]{1,8}(?:-[a-z0-9]{1,8})?\.[a-z]{2,6}(?::[1-9][0-9]{0,4})?$/),
)
const tag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/)

t.test('references round-trip', async (t) => {
  fc.assert(
    fc.property(
      host,
      fc.array(component, { minLength: 1, maxLength: 4 }),
      fc.option(tag, { nil: undefined }),
      fc.option(fc.string().map(digestOf), { nil: undefined }),
      (registry, components, tagged, named) => {
        const full =
          registry === 'docker.io' && components.length === 1
            ? ['library', ...components]
            : components
        const reference = {
          registry,
          repository: full.join('/'),
          ...(tagged === undefined ? {} : { tag: tagged }),
          ...(named === undefined ? {} : { digest: named }),
        }
        const text = formatReference(reference)
        const again = parseReference(text)
        t.strictSame(again, reference)
        return formatReference(again) === text
      },
    ),
  )
})

t.test('any text gives a reference that round-trips, or one of two errors', async (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9./:@_-]{0,40}$/)), (text) => {
      try {
        const reference = parseReference(text)
        t.strictSame(parseReference(formatReference(reference)), reference)
      } catch (error) {
        t.match(error, { code: /^(?:REFERENCE|DIGEST)_INVALID$/ })
      }
    }),
  )
})

t.test('a pinned reference is read as it was written', (t) => {
  const digest = digestOf('an image')
  for (const name of ['localhost:5000/app', 'host/a/b', 'node:24', 'docker.io/library/node'])
    t.strictSame(parsePinned(formatPinned(name, digest)), { name, digest })
  for (const text of ['', 'node:24', 'node@', 'node@sha256:1', `node${digest}`, digest])
    t.equal(parsePinned(text), undefined, text)
  t.end()
})
