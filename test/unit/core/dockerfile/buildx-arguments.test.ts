import t from 'tap'

import { buildxArguments } from '../../../../plugin/core/dockerfile/buildx-arguments.ts'
import { ruleFor } from '../../../../plugin/core/dockerfile/ignore-rules.ts'
import { parseSecret } from '../../../../plugin/core/dockerfile/secret.ts'

const build = {
  platform: 'linux/arm64',
  reference: 'registry.example/app:img-arm64-1',
  dockerfile: '/private/Dockerfile',
  context: '/app/docker/img',
  functions: '/private/functions',
  metadataFile: '/private/metadata.json',
  pins: new Map([['a:1', 'docker.io/library/a@sha256:1']]),
  buildArguments: ['BASE=a:1'],
  settings: { buildArgs: [], secrets: [], ssh: [], cacheFrom: [], cacheTo: [] },
  resolve: (path: string) => `/app/${path}`,
}

t.test('a build without settings', (t) => {
  t.strictSame(buildxArguments(build), [
    'buildx',
    'build',
    '--platform=linux/arm64',
    '--provenance=false',
    '--sbom=false',
    '--push',
    '--progress=plain',
    '--metadata-file=/private/metadata.json',
    '--tag=registry.example/app:img-arm64-1',
    '--file=/private/Dockerfile',
    '--build-context=functions=/private/functions',
    '--build-context=a:1=docker-image://docker.io/library/a@sha256:1',
    '--build-arg=BASE=a:1',
    '/app/docker/img',
  ])
  t.end()
})

t.test('an image that is handed over', (t) => {
  const argv = buildxArguments({ ...build, layout: '/private/layout' })
  t.ok(argv.includes('--output=type=oci,tar=false,dest=/private/layout'))
  t.notOk(argv.includes('--push'))
  t.end()
})

t.test('every setting', (t) => {
  const settings = {
    context: '.',
    target: 'final',
    buildArgs: ['NODE_ENV=production', 'COMMIT'],
    secrets: ['id=npmrc,src=.npmrc', 'id=TOKEN', 'id=key,env=LICENSE'],
    ssh: ['default'],
    cacheFrom: ['type=gha'],
    cacheTo: ['type=gha,mode=max'],
    buildxBuilder: 'farm',
  }
  const argv = buildxArguments({ ...build, settings })
  t.equal(argv[2], '--builder=farm')
  t.strictSame(argv.slice(argv.indexOf('--target=final'), -1), [
    '--target=final',
    '--build-arg=NODE_ENV=production',
    '--build-arg=COMMIT',
    '--build-arg=BASE=a:1',
    '--secret=id=npmrc,src=/app/.npmrc',
    '--secret=id=TOKEN,env=TOKEN',
    '--secret=id=key,env=LICENSE',
    '--ssh=default',
    '--cache-from=type=gha',
    '--cache-to=type=gha,mode=max',
  ])
  t.end()
})

t.test('secrets say where their value is', (t) => {
  t.strictSame(parseSecret('id=a'), { id: 'a', kind: 'env', variable: 'a' })
  t.strictSame(parseSecret('id=a,src=b/c'), { id: 'a', kind: 'file', file: 'b/c' })
  for (const wrong of ['a', 'id=', 'id=a,src=', 'id=a,src=b,c', 'id=a.b', 'id=a,type=env', '']) {
    t.equal(parseSecret(wrong), undefined, wrong)
  }
  t.end()
})

t.test('a rule names one path, whatever letters it has', (t) => {
  t.equal(ruleFor('a/[id]/b*c'), String.raw`a/\[id\]/b\*c`)
  t.end()
})
