import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { PackageURL } from 'packageurl-js'
import t from 'tap'

import type {
  ImageContents,
  PackedPackage,
} from '../../../../plugin/core/contents/image-contents.ts'
import { sbomFileName, writeSbom } from '../../../../plugin/core/sbom/write-sbom.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'

const tool = { name: 'arc-plugin-container-images', version: '1.0.0' }
const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`

function packed(name: string, more: Partial<PackedPackage> = {}): PackedPackage {
  const place = `var/task/node_modules/${name}`
  const how = 'installed'
  return {
    id: `node_modules/${name}`,
    name,
    version: '1.0.0',
    how,
    place,
    bytes: 1,
    needs: [],
    ...more,
  }
}

const npm = 'https://registry.npmjs.org'
const contents: ImageContents = {
  name: 'lancedb',
  architecture: 'arm64',
  repository: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app-lambda-images',
  tag: `lancedb-arm64-${'0'.repeat(32)}`,
  digest: digestOf('image'),
  images: [
    { reference: 'public.ecr.aws/lambda/nodejs:24', digest: digestOf('base'), role: 'base' },
    { reference: 'debian', role: 'stage' },
  ],
  lambdaLayers: ['arn:aws:lambda:eu-west-1:123456789012:layer:fonts:3'],
  functions: [
    {
      name: 'get /',
      place: 'var/task/http/get-index',
      bytes: 10,
      bundle: { path: 'var/task/http/get-index/index.cjs', digest: digestOf('code') },
      needs: ['http/get-index/index.cjs:node_modules/ms', 'node_modules/@scope/native'],
    },
    { name: 'scheduled "odd" <é>', place: 'var/task/scheduled/odd', bytes: 1, needs: [] },
  ],
  packages: [
    packed('@scope/native', {
      version: '1.0.0+build.5',
      license: 'Apache-2.0',
      source: { kind: 'tarball', url: `${npm}/@scope/native/-/native-1.0.0.tgz`, integrity },
      needs: ['node_modules/ms', 'node_modules/from-git'],
    }),
    packed('ms', {
      license: 'MIT',
      source: { kind: 'tarball', url: `${npm}/ms/-/ms-1.0.0.tgz`, integrity },
    }),
    packed('ms', {
      id: 'http/get-index/index.cjs:node_modules/ms',
      how: 'bundled',
      license: 'MIT',
      place: 'var/task/http/get-index/index.cjs',
    }),
    packed('inner', {
      license: '(MIT OR CC0-1.0)',
      source: {
        kind: 'tarball',
        url: 'https://user:hunter2@npm.example.com/inner.tgz?token=hunter2',
        integrity: `sha1-${Buffer.alloc(20).toString('base64')} ${integrity} sha512-short`,
      },
    }),
    packed('from-git', {
      license: 'SEE LICENSE IN LICENSE.md',
      source: { kind: 'git', url: 'git+https://token@github.com/a/b.git#0123abc' },
    }),
    packed('plain', { source: { kind: 'tarball', integrity } }),
    packed('ours', { license: 'UNLICENSED', source: { kind: 'local', path: './ours' } }),
    packed('odd', { version: 'not a version', license: 'Apache-2.0 WITH Nonsense' }),
  ],
  needs: [
    'node_modules/@scope/native',
    'node_modules/inner',
    'node_modules/ours',
    'node_modules/odd',
  ],
  files: [],
  unknown: [],
}

interface CycloneDx {
  readonly components: readonly Readonly<Record<string, unknown>>[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
  readonly compositions: readonly object[]
  readonly metadata: { readonly component: { readonly purl?: string } }
}

const cyclonedx = (of = contents): CycloneDx => JSON.parse(writeSbom(of, 'cyclonedx', tool))
const named = (name: string) => cyclonedx().components.find((each) => each['name'] === name)

t.test("CycloneDX's own validator has nothing to say", async (t) => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
  const unbuilt = { ...contents, unknown: ['What a step installs.'], images: [], digest: undefined }
  const { digest: _, ...without } = unbuilt
  for (const each of [contents, { ...contents, packages: [], needs: [] }, without])
    t.equal(await validator.validate(writeSbom(each, 'cyclonedx', tool)), null)
  t.not(await validator.validate('{ "bomFormat": "CycloneDX" }'), null, 'which can say something')
})

t.test('equal contents give equal bytes, whatever their order', (t) => {
  const turned = { ...contents, packages: contents.packages.toReversed() }
  for (const format of ['cyclonedx', 'spdx'] as const) {
    const text = writeSbom(contents, format, tool)
    t.equal(writeSbom(structuredClone(contents), format, tool), text)
    t.equal(writeSbom(turned, format, tool), text, 'in another order')
    t.not(writeSbom({ ...contents, tag: 'other' }, format, tool), text)
    t.notMatch(text, 'hunter2', 'no login of a registry')
    t.notMatch(text, 'token', 'nor of a git server')
  }
  t.end()
})

t.test('a package is listed once a version, with all its places', (t) => {
  t.match(named('ms'), {
    purl: 'pkg:npm/ms@1.0.0',
    licenses: [{ license: { id: 'MIT' } }],
    externalReferences: [{ type: 'distribution', hashes: [{ alg: 'SHA-512' }] }],
    evidence: {
      occurrences: [
        { location: '/var/task/http/get-index/index.cjs' },
        { location: '/var/task/node_modules/ms' },
      ],
    },
  })
  t.equal(cyclonedx().components.filter(({ name }) => name === 'ms').length, 1)
  const hashes = [{ alg: 'SHA-512', content: '07'.repeat(64) }]
  t.match(named('plain'), { hashes }, 'a lockfile without addresses has checksums, too')
  t.notOk('externalReferences' in (named('plain') ?? {}))
  t.match(cyclonedx().dependencies.find(({ ref }) => ref === 'function:get /')?.dependsOn, [
    'npm:@scope/native@1.0.0+build.5',
    'npm:ms@1.0.0',
  ])
  t.end()
})

t.test('package URLs are in the canonical form, and none is made up', (t) => {
  const document = cyclonedx()
  const purls = [document.metadata.component, ...document.components].flatMap(
    (each): readonly string[] => ('purl' in each ? [String(each.purl)] : []),
  )
  t.equal(purls.length, 8)
  for (const purl of purls) t.equal(PackageURL.fromString(purl).toString(), purl)
  t.equal(named('native')?.['purl'], 'pkg:npm/%40scope/native@1.0.0+build.5')
  t.match(named('inner')?.['purl'], /repository_url=https/)
  t.match(named('from-git')?.['purl'], /vcs_url=git/)
  t.equal(named('ours')?.['purl'], undefined, 'a registry may have another package of that name')
  t.equal(named('debian')?.['purl'], undefined, 'without a digest nobody knows which one')
  t.end()
})

t.test('licences: an identifier, an expression, or words that no tool knows', (t) => {
  t.strictSame(named('native')?.['licenses'], [{ license: { id: 'Apache-2.0' } }])
  t.strictSame(named('inner')?.['licenses'], [{ expression: '(MIT OR CC0-1.0)' }])
  t.strictSame(named('ours')?.['licenses'], [{ license: { name: 'UNLICENSED' } }])
  t.strictSame(named('odd')?.['licenses'], [{ license: { name: 'Apache-2.0 WITH Nonsense' } }])
  const spdx: { packages: readonly Record<string, unknown>[] } = JSON.parse(
    writeSbom(contents, 'spdx', tool),
  )
  const declared = Object.fromEntries(
    spdx.packages.map(({ name, licenseDeclared }) => [name, licenseDeclared]),
  )
  t.match(declared, { inner: '(MIT OR CC0-1.0)', ours: 'NOASSERTION', ms: 'MIT' })
  t.end()
})

t.test('what is not listed is said in the words of the formats', (t) => {
  const unknown = ['What the steps of docker/x/Dockerfile install is not known.']
  t.match(cyclonedx().compositions, [
    { aggregate: 'complete', assemblies: ['image'] },
    { aggregate: 'unknown', assemblies: ['image:public.ecr.aws/lambda/nodejs:24'] },
  ])
  t.match(cyclonedx({ ...contents, unknown }).compositions[0], { aggregate: 'incomplete' })
  const { relationships } = JSON.parse(writeSbom({ ...contents, unknown }, 'spdx', tool))
  t.match(
    relationships.find((each: Record<string, unknown>) => each['comment'] === unknown[0]),
    { relationshipType: 'CONTAINS', relatedSpdxElement: 'NOASSERTION' },
  )
  t.end()
})

t.test('a file is named after its image', (t) => {
  t.equal(sbomFileName(contents, 'cyclonedx'), 'lancedb-arm64.cdx.json')
  t.equal(sbomFileName(contents, 'spdx'), 'lancedb-arm64.spdx.json')
  t.end()
})
