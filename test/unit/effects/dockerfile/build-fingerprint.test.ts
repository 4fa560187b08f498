import { chmod, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'

import { openBaseDigests, orPlaceholder } from '../../../../plugin/effects/base/base-digest.ts'
import { openBaseImages } from '../../../../plugin/effects/base/base-image.ts'
import {
  type FingerprintOptions,
  identifyBuild,
} from '../../../../plugin/effects/dockerfile/build-fingerprint.ts'
import { buildxImages } from '../../../../plugin/effects/dockerfile/buildx-images.ts'
import { ContainerImageError } from '../../../../plugin/errors.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { pushBaseImage } from '../../../stand-in/inputs/base-image.ts'
import { dockerStandIn } from '../../../stand-in/docker/run.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'
import { dockerfile, dockerfileImage } from './dockerfile-image.ts'

const app = t.testdir({
  docker: {
    img: { Dockerfile: dockerfile, '.dockerignore': '*.md\nnode_modules\n!kept.md\n' },
  },
})
const folder = join(app, 'docker/img')

const options = (more: Partial<FingerprintOptions> = {}): FingerprintOptions => ({
  resolveDigest: async (reference, platform) =>
    digestOf(`${reference} ${typeof platform === 'string' ? platform : platform.architecture}`),
  inspectImage: async () => undefined,
  cacheDirectory: join(app, 'cache'),
  environment: {},
  ...more,
})

const identify = async (
  image = dockerfileImage(app),
  more: Partial<FingerprintOptions> = {},
): Promise<string> => (await identifyBuild(image, options(more))).digest

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(app, path)), { recursive: true })
  await writeFile(join(app, path), text)
}

t.test('files that Docker sees decide, others do not', async (t) => {
  await write('docker/img/lib/a.sh', 'a')
  await write('docker/img/kept.md', 'a')
  const first = await identify()
  const decides: [string, () => Promise<void>, () => Promise<void>][] = [
    ['content', () => write('docker/img/lib/a.sh', 'b'), () => write('docker/img/lib/a.sh', 'a')],
    ['a new file', () => write('docker/img/new', ''), () => rm(join(folder, 'new'))],
    [
      'a file taken in again',
      () => write('docker/img/kept.md', 'b'),
      () => write('docker/img/kept.md', 'a'),
    ],
    [
      'a program',
      () => chmod(join(folder, 'lib/a.sh'), 0o755),
      () => chmod(join(folder, 'lib/a.sh'), 0o644),
    ],
    ['a link', () => symlink('lib', join(folder, 'link')), () => rm(join(folder, 'link'))],
    [
      'the Dockerfile',
      () => write('docker/img/Dockerfile', `${dockerfile}RUN x\n`),
      () => write('docker/img/Dockerfile', dockerfile),
    ],
  ]
  for (const [name, change, undo] of decides) {
    await change()
    t.not(await identify(), first, name)
    await undo()
    t.equal(await identify(), first, `${name}, undone`)
  }
  await write('docker/img/README.md', 'ignored')
  await write('docker/img/node_modules/x/index.js', 'ignored')
  await write('src/elsewhere.js', 'not in the context')
  await utimes(join(folder, 'lib/a.sh'), 1, 1)
  await chmod(join(folder, 'lib/a.sh'), 0o664)
  t.equal(await identify(), first)
})

t.test('rules beside the Dockerfile come before those of the context', async (t) => {
  await write('docker/img/README.md', 'one')
  const before = await identify()
  await write('docker/img/Dockerfile.dockerignore', '# nothing\n')
  const first = await identify()
  await write('docker/img/README.md', 'two')
  t.not(await identify(), first)
  await rm(join(folder, 'Dockerfile.dockerignore'))
  t.equal(await identify(), before)
})

t.test('settings: values of arguments, names of secrets, nothing of caches', async (t) => {
  const of = (settings: Parameters<typeof dockerfileImage>[1], environment = {}) =>
    identify(dockerfileImage(app, settings), { environment })
  const first = await of({})
  t.not(await of({ buildArgs: ['A=1'] }), first)
  t.not(await of({ buildArgs: ['A=1'] }), await of({ buildArgs: ['A=2'] }))
  t.equal(await of({ buildArgs: ['A'] }, { A: '1' }), await of({ buildArgs: ['A=1'] }))
  t.not(await of({ secrets: ['id=A'] }, { A: '1' }), first)
  t.equal(
    await of({ secrets: ['id=A'] }, { A: '1' }),
    await of({ secrets: ['id=A,env=B'] }, { B: '2' }),
  )
  t.not(await of({ ssh: ['default'] }), first)
  t.equal(
    await of({ cacheFrom: ['type=gha'], cacheTo: ['type=gha'], buildxBuilder: 'farm' }),
    first,
  )
  t.not(await identify({ ...dockerfileImage(app), architecture: 'x86_64' }), first)
})

t.test('a moved base is another image', async (t) => {
  const first = await identify()
  t.not(await identify(undefined, { resolveDigest: async () => digestOf('moved') }), first)
})

t.test('a base that is not there is named with the line that names it', async (t) => {
  const missing = new ContainerImageError('BASE_MISSING', 'base.example/a:1 is not there.')
  const gone = identify(undefined, {
    async resolveDigest() {
      throw missing
    },
  })
  await t.rejects(gone, {
    code: 'BASE_MISSING',
    message: 'docker/img/Dockerfile:1: base.example/a:1 is not there.',
  })
})

t.test('a context of its own; what the deploy itself writes is never in it', async (t) => {
  const image = dockerfileImage(app, { context: '.' })
  await write('docker/img/Dockerfile.dockerignore', '!cache\n!**/sam.json\n')
  const { rules, digest } = await identifyBuild(image, options())
  t.strictSame(rules.slice(0, 2), ['!cache', '!**/sam.json'])
  t.equal(rules.at(-1), 'cache', "after the user's own")
  await write('cache/layers/1', 'ours')
  await write('sam.json', '{}')
  await write('node_modules/.cache/arc-plugin-container-images/empty/x', '')
  t.equal((await identifyBuild(image, options())).digest, digest)
  await write('src/changed.js', 'seen now')
  t.not((await identifyBuild(image, options())).digest, digest)
  await rm(join(folder, 'Dockerfile.dockerignore'))
  await t.rejects(identify(dockerfileImage(app, { context: 'none' })), {
    code: 'BUILD_CONTEXT_MISSING',
    message: /^There is no folder 'none', which 'context' names/,
  })
})

t.test("a Dockerfile that leaves the functions' code out", async (t) => {
  await write('docker/img/Dockerfile', 'FROM a:1\nCOPY . /var/task\n')
  await t.rejects(identify(), {
    code: 'DOCKERFILE_INVALID',
    message:
      "docker/img/Dockerfile does not take the functions' code into the image. Let its last stage end in 'COPY --from=functions / ${LAMBDA_TASK_ROOT}/'.",
  })
  await write('docker/img/Dockerfile', dockerfile)
})

t.test("bases that want a login are asked for by Docker's own", async (t) => {
  const resolveDigest = async (): Promise<string> => {
    throw new ContainerImageError('REGISTRY_DENIED', 'no')
  }
  await t.rejects(identify(undefined, { resolveDigest }), { code: 'REGISTRY_DENIED' })
  const inspectImage = async () => digestOf('private')
  const { bases } = await identifyBuild(
    dockerfileImage(app),
    options({ resolveDigest, inspectImage }),
  )
  t.strictSame([...bases], [['base.example/a:1', digestOf('private')]])
  const record = join(app, 'record')
  const builder = buildxImages({
    ...options({ resolveDigest }),
    environment: dockerStandIn({ record, output: `Name:      a\nDigest:    ${digestOf('told')}` }),
    directory: app,
    resolveBase: openBaseImages(),
    progress: () => undefined,
  })
  t.equal(
    await builder.identify(dockerfileImage(app)),
    await identify(undefined, { resolveDigest, inspectImage: async () => digestOf('told') }),
  )
})

t.test('digests of bases, by platform and as they stand', async (t) => {
  const registry = await startRegistry()
  t.teardown(() => registry.close())
  const base = await pushBaseImage({ registry })
  const resolve = openBaseDigests({ resolveBase: openBaseImages() })
  const arm64 = { os: 'linux', architecture: 'arm64' } as const
  t.equal(await resolve(base.reference, arm64), base.manifests.get('arm64'))
  t.equal(await resolve(base.reference, 'any'), base.digest)
  const asked = registry.journal.length
  await Promise.all([resolve(base.reference, 'any'), resolve(base.reference, arm64)])
  t.equal(registry.journal.length, asked, 'each is asked for once')
  t.equal(await resolve(`gone.example/a@${base.digest}`, 'any'), base.digest, 'nobody is asked')
  await t.rejects(resolve(`${registry.host}/none:1`, 'any'), { code: 'BASE_MISSING' })

  await registry.close()
  const said: string[] = []
  const offline = orPlaceholder(
    openBaseDigests({ resolveBase: openBaseImages({ retry: { attempts: 1 } }) }),
    (message) => said.push(message),
  )
  t.equal(await offline(base.reference, arm64), base.reference)
  t.match(said, [/^Could not resolve .* The tag is a placeholder\.$/])
})

t.test('the entry point of a dry run', async (t) => {
  const entryPointOf = (text: string) =>
    write('docker/img/Dockerfile', `${text}COPY --from=functions / /var/task/\n`).then(() =>
      buildxImages({
        ...options(),
        directory: app,
        resolveBase: openBaseImages(),
        progress: () => undefined,
      }).entryPoint(dockerfileImage(app)),
    )
  t.strictSame(await entryPointOf('FROM public.ecr.aws/lambda/nodejs:24\n'), [
    '/lambda-entrypoint.sh',
  ])
  t.strictSame(await entryPointOf('FROM a:1\nENTRYPOINT ["/own"]\n'), ['/own'])
})
