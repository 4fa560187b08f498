import t from 'tap'

import type { ArchitectApp } from '../../plugin/core/arc/architect-app.ts'
import type { Template } from '../../plugin/core/template/template.ts'
import { checkSetup, deploy } from '../../plugin/deploy.ts'
import { ContainerImageError } from '../../plugin/errors.ts'
import { digestOf } from '../../plugin/oci/digest.ts'
import type { Ports } from '../../plugin/ports/deploy.ts'

const digest = digestOf('anything')
const before = digestOf('what function two ran before')

function makeApp(lines: string): ArchitectApp {
  const lambda = (name: string) => ({
    pragma: 'scheduled',
    metadataPragma: 'scheduled',
    name,
    source: `/app/src/scheduled/${name}`,
    handler: 'index.handler',
    architecture: 'arm64',
    runtime: 'nodejs24.x',
    transpiled: false,
    staticAssetProxy: false,
  })
  return {
    name: 'app',
    directory: '/app',
    manifest: 'app.arc',
    raw: `@app\napp\n@scheduled\none rate(1 day)\ntwo rate(1 day)\n@container-images\n${lines}\n`,
    arc: {},
    functions: [lambda('one'), lambda('two')],
  }
}

function makeTemplate(): Template {
  const resource = (name: string) => ({
    Type: 'AWS::Serverless::Function',
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      CodeUri: `/app/src/scheduled/${name}`,
    },
    ArcMetadata: { pragma: 'scheduled', name },
  })
  return {
    Resources: { One: resource('one'), Two: resource('two'), Role: { Type: 'AWS::IAM::Role' } },
  }
}

/** Ports that note the order in which they are asked; single ones can be made to fail. */
function makePorts(fail: Partial<Record<keyof Ports, Error>> = {}) {
  const asked: string[] = []
  const ask = async <T>(port: keyof Ports, answer: T): Promise<T> => {
    asked.push(port)
    const error = fail[port]
    if (error !== undefined) throw error
    return answer
  }
  const ports: Ports = {
    readImageFolders: () =>
      ask('readImageFolders', {
        directory: '/app/docker',
        folders: new Map([
          ['a', ['package.json']],
          ['b', ['package.json']],
        ]),
        byPnpm: new Set<string>(),
      }),
    isFile: () => true,
    examine: () => ask('examine', { mistakes: [], unfit: [] }),
    readLive: () => ask('readLive', undefined),
    foresee: () => asked.push('foresee'),
    announce: () => asked.push('announce'),
    lock: (image) => ask('lock', image),
    bundle: () => ask('bundle', { files: [], digest, notes: [] }),
    identify: () => ask('identify', digest),
    judge: () => ask('judge', undefined),
    checkEnvironment: () => ask('checkEnvironment', undefined),
    prune: () => ask('prune', undefined),
    publish: (image) => ask('publish', { ...image, imageUri: `r@${digest}`, notes: [] }),
    verify: (image) => ask('verify', { ...image, entryPoint: ['/start'] }),
    start: (image) => ask('start', image),
    hold: (image) => ask('hold', { ...image, previous: new Map([['Two', before]]) }),
    mend: () => ask('mend', undefined),
    emptyFolder: () => ask('emptyFolder', '/empty'),
    followStack: async () => {},
    report: () => ask('report', undefined),
  }
  return { ports, asked }
}

t.test('an app without flagged functions keeps its template and starts nothing', async (t) => {
  const { ports, asked } = makePorts()
  const template = makeTemplate()
  const deployment = await deploy(makeApp(''), template, ports)
  t.equal(deployment.template, template)
  t.strictSame(asked, ['readImageFolders', 'examine', 'readLive'])
})

t.test('every step waits for all images of the step before', async (t) => {
  const { ports, asked } = makePorts()
  const { template } = await deploy(
    makeApp('scheduled one a\nscheduled two b'),
    makeTemplate(),
    ports,
  )
  t.strictSame(
    asked.filter((port, index) => port !== asked[index - 1] && port !== 'identify'),
    [
      'readImageFolders',
      'examine',
      'foresee',
      'readLive',
      'announce',
      'lock',
      'bundle',
      'bundle',
      'checkEnvironment',
      'judge',
      'prune',
      'publish',
      'verify',
      'start',
      'hold',
      'mend',
      'emptyFolder',
      'report',
    ],
  )
  t.strictSame(template.Resources['One']?.Properties, {
    Architectures: ['arm64'],
    CodeUri: '/empty',
    PackageType: 'Image',
    ImageUri: `r@${digest}`,
    ImageConfig: {
      EntryPoint: ['/start'],
      Command: ['scheduled/one/index.handler'],
      WorkingDirectory: '/var/task',
    },
  })
  t.strictSame(template.Resources['Two']?.['Metadata'], { ContainerImages: { previous: before } })
  t.notOk('Metadata' in (template.Resources['One'] ?? {}))
  t.strictSame(template.Resources['Role'], { Type: 'AWS::IAM::Role' })
})

t.test('mistakes are thrown together before anything starts', async (t) => {
  const { ports, asked } = makePorts()
  const app = makeApp('scheduled on a\nscheduled two missing')
  const error = await deploy(app, makeTemplate(), ports).catch((reason: unknown) => reason)
  t.match(error, { code: 'SETUP_INVALID', message: /'scheduled one'[^]*missing/ })
  t.strictSame(asked, ['readImageFolders', 'examine'])
})

t.test(
  'the first look ends at mistakes in the app, not at what a plugin may still mend',
  async (t) => {
    const { ports, asked } = makePorts()
    const layered = makeTemplate()
    const unfit = {
      Resources: {
        ...layered.Resources,
        Two: {
          ...layered.Resources['Two'],
          Type: 'AWS::Serverless::Function',
          Properties: { Layers: ['arn'], Runtime: 'nodejs24.x' },
        },
      },
    }
    await checkSetup(makeApp('scheduled two b'), unfit, ports)
    await t.rejects(checkSetup(makeApp('scheduled two b\nscheduled on b'), unfit, ports), {
      code: 'SETUP_INVALID',
      message: /'scheduled one'[^]*layers/,
    })
    await t.rejects(deploy(makeApp('scheduled two b'), unfit, ports), { message: /layers/ })
    t.strictSame([...new Set(asked)], ['readImageFolders', 'examine'])
  },
)

for (const step of [
  'lock',
  'bundle',
  'identify',
  'prune',
  'publish',
  'verify',
  'start',
  'hold',
  'emptyFolder',
] as const) {
  t.test(`a failing ${step} leaves the template as it was, and ends the deploy`, async (t) => {
    const error = new ContainerImageError('BUNDLE_FAILED', `${step} failed`)
    const { ports, asked } = makePorts({ [step]: error })
    const template = makeTemplate()
    await t.rejects(deploy(makeApp('scheduled one a'), template, ports), error)
    t.strictSame(template, makeTemplate())
    t.notOk(asked.includes('report'))
  })
}

t.test('an image that expired between found and tagged is built again, once', async (t) => {
  const { ports, asked } = makePorts()
  let times = 0
  const hold: Ports['hold'] = async (image) => (times++ === 0 ? undefined : ports.hold(image))
  const app = makeApp('scheduled one a')
  const { template } = await deploy(app, makeTemplate(), { ...ports, hold })
  t.equal(template.Resources['One']?.Properties?.['PackageType'], 'Image')
  t.strictSame(
    asked.filter((port) => port === 'publish' || port === 'verify'),
    ['publish', 'verify', 'publish', 'verify'],
  )
  const never = { ...ports, hold: async () => undefined }
  await t.rejects(deploy(app, makeTemplate(), never), { code: 'IMAGE_VANISHED' })
})
