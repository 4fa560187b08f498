import t from 'tap'

import { parsePragmas } from '../../../../plugin/core/arc/pragma.ts'
import type { ImageSettings } from '../../../../plugin/core/model.ts'
import { settings } from '../../../../plugin/core/settings/settings.ts'
import { appOf, declare } from '../../../fixtures/app-of.ts'

function problemsOf(functions: string, images = '') {
  const raw = `@app\nmy-app\n\n@container-images\n${functions}\n\n@images\n${images}\n`
  return parsePragmas(appOf(raw)).problems.map(({ code, message }) => `${code}: ${message}`)
}

function withoutPlaces(settings: ImageSettings | undefined) {
  return { ...settings, places: undefined }
}

function namesAt(place: 'app' | 'image'): string {
  const other = place === 'app' ? 'image' : 'app'
  const fit = [...settings.values()].filter((setting) => setting.place !== other)
  return fit.map(({ name }) => name).join(', ')
}

const unknown = 'names a function that the app does not declare.'
const name =
  'which is not one: up to 32 lower-case letters, digits, . _ and -, beginning with a letter or digit.'
const route = "METHOD PATH IMAGE, as in 'get /search lancedb'"
const kinds =
  'get, post, put, patch, delete, head, options, any, events, queues, scheduled, tables-streams, ws, customLambdas'

const functionMistakes: Readonly<Record<string, readonly string[]>> = {
  'get /strems/:id img': [
    `PRAGMA_FUNCTION_UNKNOWN: app.arc:5: '@container-images get /strems/:id img' ${unknown} Did you mean 'get /streams/:id'?`,
  ],
  'post /search img': [
    `PRAGMA_FUNCTION_UNKNOWN: app.arc:5: '@container-images post /search img' ${unknown} Did you mean 'any /search'?`,
  ],
  'queues compact img': [
    `PRAGMA_FUNCTION_UNKNOWN: app.arc:5: '@container-images queues compact img' ${unknown} Did you mean 'scheduled compact'?`,
  ],
  'get /nowhere/at/all img': [
    `PRAGMA_FUNCTION_UNKNOWN: app.arc:5: '@container-images get /nowhere/at/all img' ${unknown} It declares get /, get /streams/:id, any /search, scheduled compact, queues mail-out.`,
  ],
  'GET / img\nget   / other # twice': [
    "FUNCTION_TWICE: app.arc:6: '@container-images get   / other' names a function that 'GET / img' (app.arc:5) has put into an image already. Keep one of the two lines.",
  ],
  'get /': [
    `PRAGMA_LINE_INVALID: app.arc:5: '@container-images get /' has 2 words and needs three: ${route}.`,
  ],
  'get / img img2': [
    `PRAGMA_LINE_INVALID: app.arc:5: '@container-images get / img img2' has 4 words and needs three: ${route}. A line puts one function into one image; functions whose lines name the same image share it.`,
  ],
  'http get / img': [
    `PRAGMA_LINE_INVALID: app.arc:5: '@container-images http get / img' has 4 words and needs three: ${route}.`,
  ],
  'scheduled compact': [
    "PRAGMA_LINE_INVALID: app.arc:5: '@container-images scheduled compact' has 2 words and needs three: PRAGMA NAME IMAGE, as in 'scheduled compact lancedb'.",
  ],
  img: [
    `PRAGMA_LINE_INVALID: app.arc:5: '@container-images img' has 1 word and needs three: ${route}, or PRAGMA NAME IMAGE, as in 'scheduled compact lancedb'.`,
  ],
  'shceduled compact img': [
    "PRAGMA_LINE_INVALID: app.arc:5: '@container-images shceduled compact img' begins with 'shceduled', which is neither an HTTP method nor a pragma with functions. Did you mean 'scheduled'?",
  ],
  'static compact img': [
    `PRAGMA_LINE_INVALID: app.arc:5: '@container-images static compact img' begins with 'static', which is neither an HTTP method nor a pragma with functions. Begin the line with one of ${kinds}.`,
  ],
  'get / Lance': [
    `IMAGE_NAME_INVALID: app.arc:5: '@container-images get / Lance' names the image 'Lance', ${name} Did you mean 'lance'?`,
  ],
  'get / ../x': [
    `IMAGE_NAME_INVALID: app.arc:5: '@container-images get / ../x' names the image '../x', ${name}`,
  ],
  [`get / ${'a'.repeat(33)}`]: [
    `IMAGE_NAME_INVALID: app.arc:5: '@container-images get / ${'a'.repeat(33)}' names the image '${'a'.repeat(33)}', ${name}`,
  ],
  'get / live': [
    "IMAGE_NAME_INVALID: app.arc:5: '@container-images get / live' names the image 'live', a name that is reserved. Choose another one.",
  ],
  'get / deps\nany /search keep': [
    "IMAGE_NAME_INVALID: app.arc:5: '@container-images get / deps' names the image 'deps', a name that is reserved. Choose another one.",
    "IMAGE_NAME_INVALID: app.arc:6: '@container-images any /search keep' names the image 'keep', a name that is reserved. Choose another one.",
  ],
}

for (const [lines, expected] of Object.entries(functionMistakes)) {
  t.test(`@container-images ${lines}`, (t) => {
    t.strictSame(problemsOf(lines), expected)
    t.end()
  })
}

const ecr =
  'is not a name that ECR takes: 2 to 248 lower-case letters and digits, with single . _ - or / between them.'
const variable =
  'is not the name of an environment variable: letters, digits and _, not beginning with a digit.'
const pkg = "is not the name of a package: 'name' or '\"@scope/name\"', quoted when it has an @."
const secret =
  "looks like a secret, and whoever can pull the image can read what 'define' puts into it. Read it at run time, or name it under 'define-secret' if its value may be in the image."

const imageMistakes: Readonly<Record<string, readonly string[]>> = {
  'repositry x': [
    "SETTING_UNKNOWN: app.arc:8: '@images repositry x': there is no setting 'repositry'. Did you mean 'repository'?",
  ],
  'something else': [
    `SETTING_UNKNOWN: app.arc:8: '@images something else': there is no setting 'something'. Those that may be here are ${namesAt('app')}.`,
  ],
  'img\n  embedded': [
    `SETTING_UNKNOWN: app.arc:9: '@images img embedded': there is no setting 'embedded'. Those that may be here are ${namesAt('image')}.`,
  ],
  'img\n  dockerfile docker/Dockerfil': [
    "SETTING_UNKNOWN: app.arc:9: '@images img dockerfile docker/Dockerfil': there is no setting 'dockerfile'. An image's Dockerfile is always docker/img/Dockerfile: put it there and remove this line.",
  ],
  'img base node:24': [
    "SETTING_UNKNOWN: app.arc:8: '@images img base node:24': there is no setting 'img'. 'img' is an image: put its settings below it, indented, one a line.",
  ],
  'repository my/app\nrepository my/other': [
    "SETTING_TWICE: app.arc:9: '@images repository my/other': 'repository' is there more than once. Keep the one that is meant.",
  ],
  'img\n  define A\n  define B': [
    "SETTING_TWICE: app.arc:10: '@images img define B': 'define' is there more than once under 'img'. Put all values on one line.",
  ],
  'img\n  base node:24\nimg\n  omit x': [
    "SETTING_TWICE: app.arc:10: '@images img' is there more than once. Put its settings under one of them.",
  ],
  'base node:24': [
    "SETTING_MISPLACED: app.arc:8: '@images base node:24': 'base' is a setting of one image. Indent it below the name of the image.",
  ],
  'omit\n  one two\n  three': [
    "SETTING_MISPLACED: app.arc:8: '@images omit one two three': 'omit' is a setting of one image. Indent it below the name of the image.",
  ],
  'img\n  repository my/app': [
    "SETTING_MISPLACED: app.arc:9: '@images img repository my/app': 'repository' is a setting of the whole app. Write it without indentation, above the images.",
  ],
  'img\n  base node:24\n    omit x': [
    "SETTING_MISPLACED: app.arc:10: '@images omit x' is indented under 'base node:24', which has its value already. Give both the same indentation.",
  ],
  repository: [
    "SETTING_VALUE_INVALID: app.arc:8: '@images repository': 'repository' has no value. Write one or remove the line.",
  ],
  'repository a1 b1': [
    "SETTING_VALUE_INVALID: app.arc:8: '@images repository a1 b1': 'repository' takes one value, not 2.",
  ],
  'repository My-App': [
    `SETTING_VALUE_INVALID: app.arc:8: '@images repository My-App': 'My-App' ${ecr}`,
  ],
  'repository a--b': [`SETTING_VALUE_INVALID: app.arc:8: '@images repository a--b': 'a--b' ${ecr}`],
  'img\n  base "node:24@latest"': [
    "SETTING_VALUE_INVALID: app.arc:9: '@images img base \"node:24@latest\"': 'node:24@latest' is not an image reference: '[registry/]repository[:tag][@sha256:...]', quoted when it has an @.",
  ],
  'img\n  builder docker': [
    "SETTING_VALUE_INVALID: app.arc:9: '@images img builder docker': 'docker' is neither 'embedded' nor 'dockerfile'.",
  ],
  'img\n  omit ./here': [
    `SETTING_VALUE_INVALID: app.arc:9: '@images img omit ./here': './here' ${pkg}`,
  ],
  'img\n  include ../secrets data/*.bin': [
    "SETTING_VALUE_INVALID: app.arc:9: '@images img include ../secrets data/*.bin': '../secrets' leads out of the function's source folder; name a path or pattern inside of it.",
  ],
  'define 9X A-B': [
    `SETTING_VALUE_INVALID: app.arc:8: '@images define 9X A-B': '9X' ${variable}`,
    `SETTING_VALUE_INVALID: app.arc:8: '@images define 9X A-B': 'A-B' ${variable}`,
  ],
  'img\n  define A\ndefine-secret A B': [
    "SETTING_VALUE_INVALID: app.arc:9: '@images img define A': 'A' is under 'define-secret' too. Keep one of the two.",
  ],
  'define API_BASE_URL API_KEY': [
    `DEFINE_LOOKS_SECRET: app.arc:8: '@images define API_BASE_URL API_KEY': 'API_KEY' ${secret}`,
  ],
  'img\n  define session_token': [
    `DEFINE_LOOKS_SECRET: app.arc:9: '@images img define session_token': 'session_token' ${secret}`,
  ],
  'imgs\n  base node:24': [
    "IMAGE_UNUSED: app.arc:8: '@images imgs' is an image that no line of @container-images uses. Did you mean 'img'?",
  ],
  'nothing-like-it\n  base node:24': [
    "IMAGE_UNUSED: app.arc:8: '@images nothing-like-it' is an image that no line of @container-images uses. Flag a function with it there, or remove the block.",
  ],
  'img\n  build-arg NODE_ENV NPM_TOKEN=x': [
    "BUILD_ARG_LOOKS_SECRET: app.arc:9: '@images img build-arg NODE_ENV NPM_TOKEN=x': 'NPM_TOKEN' looks like a secret, and whoever can pull the image can read build arguments in its history. Name it under 'secret' and mount it in the RUN that needs it.",
  ],
}

for (const [lines, expected] of Object.entries(imageMistakes)) {
  t.test(`@images ${lines}`, (t) => {
    t.strictSame(problemsOf('get / img', lines), expected)
    t.end()
  })
}

t.test('every setting of the Dockerfile builder', (t) => {
  const lines = [
    'context ../..',
    'target final',
    'build-arg NODE_ENV=production COMMIT',
    'secret id=npmrc,src=.npmrc id=NPM_TOKEN id=key,env=LICENSE_KEY',
    'ssh default id=keys/deploy',
    'cache-from type=gha registry.example/cache:1',
    'cache-to type=registry,ref=registry.example/cache:1,mode=max',
    'buildx-builder arm-farm',
  ]
  const block = lines.map((line) => `  ${line}`).join('\n')
  const raw = `@container-images\nget / img\n@images\nimg\n${block}`
  const { settings, problems } = parsePragmas(appOf(raw, [declare('get /')]))
  t.strictSame(problems, [])
  t.strictSame(settings.images.get('img')?.dockerfile, {
    context: '../..',
    target: 'final',
    buildArgs: ['NODE_ENV=production', 'COMMIT'],
    secrets: ['id=npmrc,src=.npmrc', 'id=NPM_TOKEN', 'id=key,env=LICENSE_KEY'],
    ssh: ['default', 'id=keys/deploy'],
    cacheFrom: ['type=gha', 'registry.example/cache:1'],
    cacheTo: ['type=registry,ref=registry.example/cache:1,mode=max'],
    buildxBuilder: 'arm-farm',
  })
  t.end()
})

t.test('values that the Dockerfile builder does not take', (t) => {
  const refused = {
    'context /srv':
      'is not a folder relative to the one of app.arc: of a context from elsewhere nobody could tell whether it changed',
    'context https://example.com/x.git':
      'is not a folder relative to the one of app.arc: of a context from elsewhere nobody could tell whether it changed',
    'target --push': 'is not the name of a stage',
    'build-arg 1=2': "is neither 'NAME', whose value the environment has, nor 'NAME=value'",
    'secret npmrc': "is not 'id=NAME', 'id=NAME,env=VARIABLE' or 'id=NAME,src=FILE'",
    'secret id=a,env=1': "is not 'id=NAME', 'id=NAME,env=VARIABLE' or 'id=NAME,src=FILE'",
    'ssh =x': "is neither 'default' nor 'id=SOCKET' or 'id=KEYFILE'",
    'cache-to type=local,dest': "is neither 'type=...,key=value' nor the reference of an image",
    'buildx-builder -x': "is not the name of a builder; 'docker buildx ls' lists them",
  }
  for (const [line, fault] of Object.entries(refused)) {
    const value = line.slice(line.indexOf(' ') + 1)
    t.strictSame(problemsOf('get / img', `img\n  ${line}`), [
      `SETTING_VALUE_INVALID: app.arc:9: '@images img ${line}': '${value}' ${fault}.`,
    ])
  }
  t.end()
})

t.test('names that look secret, and some that do not', (t) => {
  for (const name of [
    'MY_SECRET',
    'TOKENS',
    'DB_PASSWORD',
    'PRIVATE_URL',
    'CREDENTIALS',
    'API_KEYS',
  ])
    t.match(problemsOf('get / img', `define ${name}`), [/^DEFINE_LOOKS_SECRET/], name)
  const plain = 'define API_BASE_URL KEYBOARD MONKEY KEY\ndefine-secret MY_SECRET API_KEY'
  t.strictSame(problemsOf('get / img', plain), [])
  t.end()
})

t.test('keep is checked as soon as it is there', (t) => {
  for (const value of ['0', '-1', '1.5', 'ten', '10000']) {
    t.equal(settings.get('keep')?.fault(value), 'is not a number of images from 1 to 9999')
  }
  t.equal(settings.get('keep')?.fault('10'), undefined)
  t.end()
})

t.test('all mistakes are collected, of both pragmas', (t) => {
  const found = problemsOf('get /nix img\nget / live\nfoo', 'bas x\nimg\n  base A\n  omit ..')
  t.equal(found.length, 6)
  t.end()
})

t.test('what is wrong is not among the settings', (t) => {
  const raw = '@container-images\nget / img\n@images\ndefine API_KEY\nimg\n  omit a/b'
  const { settings } = parsePragmas(appOf(raw))
  t.match(settings.images.get('img'), { define: [], omit: [] })
  t.end()
})

t.test('the settings of an app', (t) => {
  const raw = [
    '@container-images',
    'get / one',
    'any /search two',
    '@images # of my app',
    '  repository team/app',
    '  define API_BASE_URL STAGE',
    '  one',
    '      base "node:24@sha256:0000000000000000000000000000000000000000000000000000000000000001"',
    '      builder embedded # not a Dockerfile',
    '      define STAGE ONLY_ONE',
    '      external "@scope/name" plain',
    '      include data/*.bin',
    '\tdefine-secret',
    "\t\t'A_TOKEN'",
  ].join('\n')
  const { settings, requests, problems } = parsePragmas(appOf(raw))
  t.strictSame(problems, [])
  t.strictSame(
    requests.map(({ name, image }) => [name, image]),
    [
      ['get /', 'one'],
      ['any /search', 'two'],
    ],
  )
  t.equal(settings.repository, 'team/app')
  t.equal(settings.keep, 10)
  const shared = {
    defineSecret: ['A_TOKEN'],
    omit: [],
    exclude: [],
    scriptsNotNeeded: [],
    startCheck: 'on',
  }
  const [one, two] = ['one', 'two'].map((name) => settings.images.get(name))
  t.match(one?.places, { define: 'app.arc:10', base: 'app.arc:8' })
  t.strictSame(withoutPlaces(one), {
    places: undefined,
    base: 'node:24@sha256:0000000000000000000000000000000000000000000000000000000000000001',
    builder: 'embedded',
    define: ['API_BASE_URL', 'STAGE', 'ONLY_ONE'],
    external: ['@scope/name', 'plain'],
    include: ['data/*.bin'],
    ...shared,
  })
  t.strictSame(withoutPlaces(two), {
    places: undefined,
    define: ['API_BASE_URL', 'STAGE'],
    external: [],
    include: [],
    ...shared,
  })
  t.end()
})

t.test('the default repository has only letters that ECR takes', (t) => {
  const names = { 'my-app': 'my-app', 'My-App': 'my-app', 'a--b.c_': 'a-b-c' }
  for (const [name, expected] of Object.entries(names)) {
    const { settings } = parsePragmas({ ...appOf(''), name })
    t.equal(settings.repository, `${expected}-lambda-images`)
  }
  t.end()
})

t.test('every spelling of a kind', (t) => {
  const functions = [
    declare('events a'),
    declare('queues a'),
    declare('scheduled a'),
    declare('tables-streams a'),
    declare('ws connect'),
    declare('customLambdas a'),
  ]
  const spellings: Readonly<Record<string, string>> = {
    'event a': 'events',
    'EVENTS a': 'events',
    'queue a': 'queues',
    'schedule a': 'scheduled',
    'tables-stream a': 'tables-streams',
    'table-stream a': 'tables-streams',
    'table-streams a': 'tables-streams',
    'ws connect': 'ws',
    'ws $connect': 'ws',
    'customLambda a': 'customLambdas',
    'custom-lambdas a': 'customLambdas',
    'custom a': 'customLambdas',
  }
  for (const [line, pragma] of Object.entries(spellings)) {
    const parsed = parsePragmas(appOf(`@container-images\n${line} img`, functions))
    t.strictSame(parsed.problems, [], line)
    t.equal(parsed.requests[0]?.pragma, pragma, line)
  }
  t.end()
})

t.test("a plugin's route may have its method in capitals", (t) => {
  const route = declare('get /made', { name: 'GET /made' })
  const { requests } = parsePragmas(appOf('@container-images\nget /made img', [route]))
  t.match(requests, [{ pragma: 'http', name: 'GET /made' }])
  t.end()
})

t.test("Architect's own static proxy cannot be flagged", (t) => {
  const proxy = declare('get /*', { staticAssetProxy: true })
  const { problems } = parsePragmas(appOf('@container-images\nget /* img', [proxy]))
  t.strictSame(problems, [
    {
      code: 'FUNCTION_NOT_OWN',
      message:
        "app.arc:2: '@container-images get /* img' names the function that Architect adds to serve static files; its code is not the app's. Declare 'get /*' under @http to put a function of your own into an image.",
    },
  ])
  t.end()
})

t.test('an app without the pragmas asks for nothing', (t) => {
  const { requests, problems } = parsePragmas(appOf('@app\nmy-app\n@http\nget /\n'))
  t.strictSame([requests, problems], [[], []])
  t.end()
})

t.test('an image may be called as a setting of images is', (t) => {
  const raw = `@container-images
get / base
any /search omit
@images
base
  base node:24
  builder embedded
omit
  omit one two
`
  const { settings, requests, problems } = parsePragmas(appOf(raw))
  t.strictSame(problems, [])
  t.strictSame(
    requests.map(({ image }) => image),
    ['base', 'omit'],
  )
  t.match(settings.images.get('base'), { base: 'node:24', builder: 'embedded', omit: [] })
  t.match(settings.images.get('omit'), { omit: ['one', 'two'] })
  t.end()
})
