import t from 'tap'

import { parseInventory } from '../../../../plugin/core/arc/architect-app.ts'
import type { ImageFolders } from '../../../../plugin/core/plan/image-folders.ts'
import { planImages } from '../../../../plugin/core/plan/plan-images.ts'
import { parsePragmas } from '../../../../plugin/core/arc/pragma.ts'
import type { Resource } from '../../../../plugin/core/template/template.ts'
import { appOf, declare } from '../../../fixtures/app-of.ts'
import { appDirectory, cases, versions } from '../../../fixtures/architect.ts'
import { planOf } from '../../../fixtures/plan-of.ts'

for (const version of versions) {
  for (const name of cases) {
    t.test(`the plan of ${name} under Architect ${version}`, async (t) => {
      const { images, problems } = await planOf(name, version)
      t.strictSame(problems, [])
      const text = JSON.stringify(images, null, 2)
      t.matchSnapshot(text.replaceAll(appDirectory(name), '<app>'))
      const folders = images.flatMap(({ functions }) => functions.map(({ folder }) => folder))
      t.equal(new Set(folders.map((folder) => folder.toLowerCase())).size, folders.length)
      for (const folder of folders) t.match(folder, /^[A-Za-z-]+\/[A-Za-z0-9_-]+$/)
    })
  }
}

const commandsOf = async (name: string, version = '12.0.1') => {
  const { images } = await planOf(name, version)
  return images.flatMap(({ functions }) => functions.map(({ command }) => command))
}

t.test('handlers stand where Architect names its folders', async (t) => {
  const commands = await commandsOf('kinds')
  t.ok(commands.includes('http/any-api-streams-000workspaceId-000agentId-000secret/index.handler'))
  t.ok(commands.includes('http/get-files-catchall/index.handler'))
  t.ok(commands.includes('tables-streams/cats/index.handler'), 'a stream that @tables made')
  t.ok((await commandsOf('typescript')).includes('http/get-index/index.handler'))
})

t.test('names that differ in case only stand apart on every disk', async (t) => {
  t.strictSame(await commandsOf('plugin-made'), [
    'customLambdas/worker_oneTwo-5446cd19/index.handler',
    'customLambdas/worker_onetwo-7e04cdca/index.handler',
    'http/get-from_plugin-000id/index.handler',
    'scheduled/nightly/index.handler',
  ])
})

t.test('functions that differ in architecture or Node give several images', async (t) => {
  const { images } = await planOf('config', '12.0.1')
  t.strictSame(
    images.map(({ architecture, nodeVersion, base, functions }) => [
      architecture,
      nodeVersion,
      base,
      functions.length,
    ]),
    [
      ['arm64', 20, 'public.ecr.aws/lambda/nodejs:20', 1],
      ['arm64', 22, 'public.ecr.aws/lambda/nodejs:22', 5],
      ['x86_64', 22, 'public.ecr.aws/lambda/nodejs:22', 1],
    ],
  )
})

function zipFunction(pragma: string, name: string, properties = {}): Resource {
  const own = { Handler: 'index.handler', Runtime: 'nodejs24.x', Architectures: ['arm64'] }
  return {
    Type: 'AWS::Serverless::Function',
    Properties: { ...own, ...properties },
    ArcMetadata: { pragma, name },
  }
}

interface Setup {
  readonly images?: string
  readonly folders?: ImageFolders['folders']
  readonly properties?: Readonly<Record<string, unknown>>
  readonly resources?: Readonly<Record<string, Resource>>
  readonly files?: readonly string[]
  readonly globals?: unknown
}

const sound = new Map([['img', ['package-lock.json', 'package.json']]])

function planSetup(setup: Setup) {
  const raw = `@container-images\nscheduled compact img\n@images\n${setup.images ?? ''}`
  const app = appOf(raw, [declare('scheduled compact')])
  const resources = { Compact: zipFunction('scheduled', 'compact', setup.properties) }
  const files = setup.files ?? ['/app/src/scheduled/compact/index.js']
  const { images, problems, unfit } = planImages({
    app,
    pragmas: parsePragmas(app),
    template: { Resources: setup.resources ?? resources, Globals: setup.globals },
    folders: { directory: '/app/docker', folders: setup.folders ?? sound, byPnpm: new Set() },
    isFile: (file) => files.includes(file),
  })
  return { images, problems: [...problems, ...unfit] }
}

const line = "app.arc:2: '@container-images scheduled compact img'"
const put = 'Put a package.json there with the packages that the image needs, or a Dockerfile.'
const twice = {
  A: zipFunction('scheduled', 'compact'),
  B: zipFunction('scheduled', 'compact'),
}
const look =
  'Look for a plugin that removes or copies functions before this one runs, and for a function whose name differs in punctuation only, of which Architect keeps one.'
const expected =
  'index.js, index.mjs, index.cjs, index.ts, index.mts, index.cts, index.tsx, index.jsx'

const mistakes: Readonly<Record<string, readonly [Setup, string]>> = {
  'no folder': [
    { folders: new Map() },
    `IMAGE_FOLDER_MISSING: ${line} names the image 'img', but there is no folder docker/img/. ${put}`,
  ],
  'a folder of another name': [
    { folders: new Map([['imgs', ['package.json']]]) },
    `IMAGE_FOLDER_MISSING: ${line} names the image 'img', but there is no folder docker/img/. Did you mean 'imgs'?`,
  ],
  'an empty folder': [
    { folders: new Map([['img', []]]) },
    `IMAGE_FOLDER_MISSING: ${line} names the image 'img', but docker/img/ is empty. ${put}`,
  ],
  'a folder of other things': [
    { folders: new Map([['img', ['README.md']]]) },
    `IMAGE_FOLDER_MISSING: ${line} names the image 'img', but docker/img/ has no package.json, only README.md. ${put}`,
  ],
  'a Dockerfile of another name': [
    { folders: new Map([['img', ['dockerfile']]]) },
    `IMAGE_FOLDER_MISSING: ${line} names the image 'img', but docker/img/ has 'dockerfile', and only 'Dockerfile' is read. Rename it.`,
  ],
  'a Dockerfile that an editor gave an ending': [
    { folders: new Map([['img', ['Dockerfile.txt']]]), images: 'img\n  builder dockerfile' },
    `IMAGE_FOLDER_MISSING: ${line} names the image 'img', but docker/img/ has 'Dockerfile.txt', and only 'Dockerfile' is read. Rename it.`,
  ],
  'a misspelt Dockerfile beside a package.json': [
    { folders: new Map([['img', ['Dockefile', 'package.json']]]) },
    `IMAGE_FOLDER_MISSING: ${line} names the image 'img', but docker/img/ has 'Dockefile', and only 'Dockerfile' is read. Rename it, or write 'builder embedded' under 'img' in @images to have the image made from its package.json.`,
  ],
  'folders of such names': [
    { folders: new Map([['img', ['Dockerfile/', 'package.json/']]]) },
    `IMAGE_FOLDER_MISSING: ${line} names the image 'img', but docker/img/ has no package.json, only Dockerfile/, package.json/. ${put}`,
  ],
  "Podman's name": [
    { folders: new Map([['img', ['Containerfile']]]) },
    `IMAGE_FOLDER_MISSING: ${line} names the image 'img', but docker/img/ has 'Containerfile', and only 'Dockerfile' is read. Rename it.`,
  ],
  'no Dockerfile where one is asked for': [
    { images: 'img\n  builder dockerfile' },
    `IMAGE_FOLDER_MISSING: ${line} names the image 'img', but docker/img/ has no Dockerfile, which 'builder dockerfile' asks for. Write it, or remove that line.`,
  ],
  'two lockfiles': [
    { folders: new Map([['img', ['package-lock.json', 'package.json', 'pnpm-lock.yaml']]]) },
    'IMAGE_LOCKFILE_UNFIT: docker/img/ has package-lock.json and pnpm-lock.yaml, and one lockfile of npm or pnpm is needed. Keep package-lock.json or pnpm-lock.yaml, or remove all to have one made.',
  ],
  "another manager's lockfile": [
    { folders: new Map([['img', ['package.json', 'yarn.lock']]]) },
    'IMAGE_LOCKFILE_UNFIT: docker/img/ has yarn.lock, and one lockfile of npm or pnpm is needed. Keep package-lock.json or pnpm-lock.yaml, or remove all to have one made.',
  ],
  layers: [
    { properties: { Layers: ['arn:aws:lambda:us-east-1:1:layer:a:1'] } },
    `FUNCTION_PROPERTY_REFUSED: ${line}: Lambda refuses layers beside an image: arn:aws:lambda:us-east-1:1:layer:a:1 (added by a plugin). Write 'layers include' under @images for 'img' to have their content in the image's /opt, or 'layers drop' to go without.`,
  ],
  'snapshots beside what they do not go with': [
    {
      properties: {
        SnapStart: { ApplyOn: 'PublishedVersions' },
        EphemeralStorage: { Size: 1024 },
        ProvisionedConcurrencyConfig: {},
      },
    },
    `FUNCTION_PROPERTY_REFUSED: ${line}: it has SnapStart beside ProvisionedConcurrencyConfig and EphemeralStorage of 1024 MB (at most 512), which Lambda does not take together. Leave out one of them.`,
  ],
  'code signing': [
    { properties: { CodeSigningConfigArn: 'arn' } },
    `FUNCTION_PROPERTY_REFUSED: ${line}: a plugin gave it a CodeSigningConfigArn, and Lambda refuses code signing beside an image. Let the plugin leave this function out.`,
  ],
  'another runtime': [
    { properties: { Runtime: 'ruby3.4' } },
    `FUNCTION_RUNTIME_UNFIT: ${line}: its runtime is ruby3.4, and images carry functions of Node, or of Python by a Dockerfile. Leave the function as a zip.`,
  ],
  'Python without a Dockerfile': [
    { properties: { Runtime: 'python3.13' } },
    `FUNCTION_RUNTIME_UNFIT: ${line}: its runtime is python3.13, and an image made from a package.json carries Node only. Describe the image by docker/img/Dockerfile, or leave the function as a zip.`,
  ],
  'an architecture of a parameter': [
    { properties: { Architectures: [{ Ref: 'Cpu' }] } },
    `FUNCTION_ARCHITECTURE_UNKNOWN: ${line}: its architecture is [{"Ref":"Cpu"}], which is neither arm64 nor x86_64, so no image can be made for it. Write one of them in its config.arc.`,
  ],
  'no handler': [
    { files: [] },
    `FUNCTION_HANDLER_MISSING: ${line}: its handler is 'index.handler', but src/scheduled/compact has none of ${expected}. Write the file, or correct 'handler' in the function's config.arc.`,
  ],
  'no resource': [
    { resources: { Other: zipFunction('events', 'compact') } },
    `FUNCTION_NOT_IN_TEMPLATE: ${line}: the template has no function for it, where one is needed. ${look}`,
  ],
  'two resources': [
    { resources: twice },
    `FUNCTION_NOT_IN_TEMPLATE: ${line}: the template has 2 functions for it, where one is needed. ${look}`,
  ],
}

for (const [name, [setup, message]] of Object.entries(mistakes)) {
  t.test(`a mistake: ${name}`, (t) => {
    const { images, problems } = planSetup(setup)
    t.strictSame(images, [])
    t.strictSame(
      problems.map((problem) => `${problem.code}: ${problem.message}`),
      [message],
    )
    t.end()
  })
}

t.test('a Dockerfile is passed over where the image says so', (t) => {
  const folders = new Map([['img', ['Dockerfile', 'npm-shrinkwrap.json', 'package.json']]])
  const { images, problems } = planSetup({ folders, images: 'img\n  builder embedded' })
  t.strictSame(problems, [])
  t.strictSame(images[0]?.definition, {
    kind: 'package',
    directory: '/app/docker/img',
    packageManager: 'npm',
    lockfile: '/app/docker/img/npm-shrinkwrap.json',
  })
  t.end()
})

const dockerfileOnly = new Map([['img', ['Dockerfile']]])

t.test('a Dockerfile, and what it is built in', (t) => {
  const { images, problems } = planSetup({
    folders: new Map([['img', ['Dockerfile', 'package.json']]]),
    images: 'img\n  context ../..\n  target final',
  })
  t.strictSame(problems, [])
  t.strictSame(images[0]?.definition, {
    kind: 'dockerfile',
    directory: '/app/docker/img',
    dockerfile: '/app/docker/img/Dockerfile',
    context: '/',
    appDirectory: '/app',
    embeddable: true,
    settings: {
      context: '../..',
      target: 'final',
      buildArgs: [],
      secrets: [],
      ssh: [],
      cacheFrom: [],
      cacheTo: [],
    },
  })
  const own = planSetup({ folders: dockerfileOnly }).images[0]?.definition
  t.match(own, { context: '/app/docker/img', embeddable: false })
  t.end()
})

t.test("settings of the other builder are refused, in the builder's own words", (t) => {
  const messages = (setup: Setup) => planSetup(setup).problems.map(({ message }) => message)
  t.strictSame(messages({ folders: dockerfileOnly, images: 'img\n  omit openai' }), [
    "app.arc:5: '@images img omit' is a setting of the other builder: this image is built from docker/img/Dockerfile. Leave the packages out there, or write 'builder embedded'.",
  ])
  t.strictSame(messages({ folders: dockerfileOnly, images: 'img\n  bundle-packages all' }), [
    "app.arc:5: '@images img bundle-packages' is a setting of the other builder: this image is built from docker/img/Dockerfile. Remove the line, or write 'builder embedded'.",
  ])
  t.strictSame(messages({ images: 'img\n  target x\n  cache-to type=inline' }), [
    "app.arc:5: '@images img target' is a setting of the other builder: this image is not built from a Dockerfile. Remove the line, or put a Dockerfile into docker/img/ and remove 'builder embedded'.",
    "app.arc:6: '@images img cache-to' is a setting of the other builder: this image is not built from a Dockerfile. Remove the line, or put a Dockerfile into docker/img/ and remove 'builder embedded'.",
  ])
  t.end()
})

t.test('a Python function is started by a module of its own', (t) => {
  const plan = (handler: string, file: string) =>
    planSetup({
      folders: dockerfileOnly,
      properties: { Runtime: 'python3.13', Handler: handler },
      files: [`/app/src/scheduled/compact/${file}`],
    })
  const { images, problems } = plan('index.handler', 'index.py')
  t.strictSame(problems, [])
  t.match(images[0], {
    language: 'python',
    nodeVersion: 0,
    base: 'public.ecr.aws/lambda/python:3.13',
    functions: [
      {
        command: 'arc_functions/scheduled-compact.handler',
        entryFile: '/app/src/scheduled/compact/index.py',
        handlerExport: 'handler',
      },
    ],
  })
  t.equal(plan('pkg.api.run', 'pkg/api.py').images[0]?.functions[0]?.handlerExport, 'run')
  t.match(plan('index.handler', 'index.js').problems, [{ code: 'FUNCTION_HANDLER_MISSING' }])
  t.end()
})

t.test('the template decides before the configuration', (t) => {
  const { images } = planSetup({
    properties: {
      Handler: 'lib/api.v1.run',
      Runtime: 'nodejs22.x',
      Architectures: ['x86_64'],
      Environment: { Variables: { A: 'own', B: { Ref: 'X' } } },
    },
    globals: { Function: { Environment: { Variables: { A: 'global', C: 'global' } } } },
    files: ['/app/src/scheduled/compact/lib/api.mjs'],
  })
  t.match(images[0], { architecture: 'x86_64', nodeVersion: 22 })
  t.match(images[0]?.functions[0], {
    command: 'scheduled/compact/index.v1.run',
    entryFile: '/app/src/scheduled/compact/lib/api.mjs',
    environment: { A: 'own', B: { Ref: 'X' }, C: 'global' },
  })
  t.end()
})

t.test('a transpiled function is read from its sources, another as Lambda would', (t) => {
  const entryOf = (transpiled: boolean) => {
    const app = appOf('@container-images\nscheduled compact img', [
      declare('scheduled compact', { transpiled }),
    ])
    const { images } = planImages({
      app,
      pragmas: parsePragmas(app),
      template: { Resources: { Compact: zipFunction('scheduled', 'compact') } },
      folders: { directory: '/app/docker', folders: sound, byPnpm: new Set() },
      isFile: (file) => /index\.(?:js|ts)$/.test(file),
    })
    return images[0]?.functions[0]?.entryFile
  }
  t.equal(entryOf(true), '/app/src/scheduled/compact/index.ts')
  t.equal(entryOf(false), '/app/src/scheduled/compact/index.js')
  t.end()
})

t.test('what inventory does not have stays empty', (t) => {
  t.strictSame(parseInventory({ inv: { http: [null] } }).functions, [])
  t.match(parseInventory(undefined), { name: '', manifest: 'app.arc', raw: '', functions: [] })
  t.end()
})
